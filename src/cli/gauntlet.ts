import type { Command } from "commander";
import { type CommonOptions, isoflopCommand, type Terminal } from "./command.ts";

/** `isoflop gauntlet`: property-test a fitter. */
export function gauntletCommand(terminal: Terminal): Command {
  return isoflopCommand("gauntlet", "property-test a fitter, with the smallest counter-example of what it breaks")
    .argument("<fitter>", "a .ts or .js module whose default export is a fitter, or a shipped method by name")
    .addHelpText("after", EXAMPLES)
    .action(async (fitter: string, options: CommonOptions) => {
      const { runGauntlet } = await import("./gauntlet/action.ts");
      await runGauntlet(fitter, options, terminal);
    });
}

const EXAMPLES = `
Examples:
  isoflop gauntlet ./my-fitter.ts
  isoflop gauntlet parabola
`;
