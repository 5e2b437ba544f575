import type { Command } from "commander";
import { isoflopCommand, type Terminal } from "./command.ts";
import { tableLayout } from "./table.ts";

/** `isoflop strategies`: the strategies of the package by their idea, one line each. */
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
      const columns = [
        { head: "", words: true, width },
        { head: "", words: true, width: 100_000 },
      ] as const;
      const { line } = tableLayout(columns, terminal.columns);
      const rest = STRATEGIES.filter(({ name }) => !IDEAS.some(([, names]) => names.includes(name)));
      const groups = [...IDEAS, ["others", rest.map(({ name }) => name)] as const];
      for (const [idea, names] of groups) {
        const own = STRATEGIES.filter(({ name }) => names.includes(name));
        if (own.length > 0)
          terminal.out(`${idea}\n${own.map((each) => `${line([each.name, each.summary])}\n`).join("")}\n`);
      }
    });
}

/** What strategies have in common. */
const IDEAS: readonly (readonly [idea: string, names: readonly string[]])[] = [
  ["controls, which any plan should beat", ["random-affordable", "cheapest-first", "literature-only"]],
  [
    "sweeps: sizes at fixed budgets, then a law",
    [
      "isoflops-minimum",
      "isoflops-minimum-log",
      "isoflops-parabola",
      "isoflops-parametric",
      "envelope",
      "kaplan",
      "two-stage-isoflops",
    ],
  ],
  ["recipe first: learning rate and batch size, then sizes", ["hyperparameters-first", "mu-transfer"]],
  ["climbing: each budget begins where the last one ended", ["ladder", "progressive", "hyperband", "tpe"]],
  ["design: buys what a law says is worth most", ["optimal-design", "law-ensemble", "champion"]],
];

const EXAMPLES = `
Examples:
  isoflop strategies
`;
