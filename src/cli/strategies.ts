import type { Command } from "commander";
import { isoflopCommand, type Terminal } from "./command.ts";

/** `isoflop strategies`: the strategies of the package, one line each. */
export function strategiesCommand(terminal: Terminal): Command {
  return isoflopCommand("strategies", "list the strategies of the package")
    .addHelpText("after", EXAMPLES)
    .action(async ({ json }: { json?: true }) => {
      const { STRATEGIES } = await import("../../strategies/index.ts");
      if (json) {
        const list = STRATEGIES.map(({ name, summary }) => ({ name, summary }));
        return terminal.out(`${JSON.stringify({ strategies: list })}\n`);
      }
      const width = Math.max(...STRATEGIES.map(({ name }) => name.length));
      for (const { name, summary } of STRATEGIES) terminal.out(`${name.padEnd(width)}  ${summary}\n`);
    });
}

const EXAMPLES = `
Examples:
  isoflop strategies
`;
