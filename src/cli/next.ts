import { type Command, InvalidArgumentError, Option } from "commander";
import { PLANNED_AT_ONCE } from "../experiment/next/options.ts";
import { isoflopCommand, quantity, type Terminal, wholeNumber } from "./command.ts";
import { withFigureOptions } from "./figure-options.ts";
import type { NextCommandOptions } from "./next/action.ts";
import { columnNames, withTableOptions } from "./table-options.ts";

/** `isoflop next`: which runs to buy next, given those at hand. */
export function nextCommand(terminal: Terminal): Command {
  const command = isoflopCommand("next", "say which runs to buy next, given the runs you have")
    .argument("<runs...>", "tables of your runs (docs/tables.md)")
    .requiredOption("--budget <flops>", "what the new runs may cost together, in FLOPs", quantity)
    .requiredOption("--target <flops>", "the budget whose best size you want to know, in FLOPs", quantity)
    .addOption(
      new Option("--parallel <n>", "how many runs to plan at once").default(PLANNED_AT_ONCE).argParser(severalRuns),
    )
    .option("--strategy <name>", "who chooses the runs: a name, a module or a program", "champion")
    .option("--search-space <file>", "JSON: what may be asked, beyond what the table shows (docs/tutorial-sweep.md)")
    .option("--by <columns>", "a plan for each value of these columns, each with the whole budget", columnNames)
    .option("--csv <file>", "write the runs as CSV")
    .option("--plot <dir>", "write a figure there, as SVG, PNG and PDF")
    .addHelpText("after", EXAMPLES)
    .action(async (runs: readonly string[], options: NextCommandOptions) => {
      const { runNext } = await import("./next/action.ts");
      await runNext(runs, options, terminal);
    });
  return withTableOptions(withFigureOptions(command));
}

const EXAMPLES = `
Examples:
  isoflop next sweep.csv --budget 5e19 --target 1e21
  isoflop next sweep.csv --budget 5e19 --target 1e21 --parallel 8 --csv next.csv
`;

function severalRuns(text: string): number {
  const value = wholeNumber(text);
  if (value < 1 || value > 100) throw new InvalidArgumentError("expected a whole number from 1 to 100.");
  return value;
}
