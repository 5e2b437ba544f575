import { type Command, InvalidArgumentError, Option } from "commander";
import type { Columns, Quantity } from "../fit/columns.ts";
import type { MethodName, Prior } from "../fit/fitter.ts";
import type { ObjectiveName } from "../fit/objective.ts";
import type { Space } from "../fit/power-law.ts";
import { parseQuantity } from "../task/quantity.ts";
import { type CommonOptions, isoflopCommand, quantities, type Terminal } from "./command.ts";

/** The options of `isoflop fit`, parsed. */
export interface FitCommandOptions extends CommonOptions {
  readonly method?: MethodName | "all";
  readonly objective?: ObjectiveName;
  readonly delta?: number;
  readonly fix?: Readonly<Record<string, number>>;
  readonly prior?: Readonly<Record<string, Prior>>;
  readonly weights?: string;
  readonly columns?: Columns;
  readonly space?: Space;
  readonly keepAll?: true;
  readonly target?: readonly number[];
  readonly plot?: string;
}

/** `isoflop fit`: laws from a table of runs. */
export function fitCommand(terminal: Terminal): Command {
  return isoflopCommand("fit", "laws from a table of runs")
    .argument(
      "<runs>",
      'a CSV or JSON table, a saved /previous_runs answer, or "course": the course\'s 72 synthetic runs',
    )
    .option("--method <name>", 'how: a method by name, or "all" (default "minimum")')
    .addOption(
      new Option("--space <space>", "squares of what, in power laws through optima").choices(["linear", "log"]),
    )
    .option("--target <flops>", "compute to predict at, such as 1e23,1e24", quantities)
    .option("--columns <map>", "columns by name, such as N=size,loss=val_loss", columnMap)
    .option("--weights <column>", "the column that says how much each run counts")
    .option("--keep-all", "keep every hyper-parameter setting of an API table, not only the best per size and budget")
    .option("--plot <dir>", "write figures there, as SVG and PNG")
    .addHelpText("after", EXAMPLES)
    .action(async (runs: string, options: FitCommandOptions) => {
      const { runFit } = await import("./fit/action.ts");
      await runFit(runs, options, terminal);
    });
}

const EXAMPLES = `
Examples:
  isoflop fit course --target 1e23,1e24 --plot figures
  isoflop fit previous_runs.json --method all --target 1e19
`;

const QUANTITIES: readonly Quantity[] = ["N", "D", "C", "loss", "weight"];

function columnMap(text: string): Columns {
  const entries = text.split(",").map((entry) => {
    const [quantity, ...column] = entry.split("=");
    if (!QUANTITIES.includes(quantity as Quantity) || column.length === 0)
      throw new InvalidArgumentError(`"${entry}" is not QUANTITY=COLUMN with one of ${QUANTITIES.join(", ")}.`);
    return [quantity, column.join("=")];
  });
  return Object.fromEntries(entries) as Columns;
}

/** Parses `E=1.7`, added to those given before. */
export function assignment(
  text: string,
  earlier: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const [, name, value] = /^\s*([A-Za-z]\w*)\s*=\s*(\S+)\s*$/.exec(text) ?? [];
  const number = value === undefined ? undefined : parseQuantity(value);
  if (name === undefined || number === undefined)
    throw new InvalidArgumentError('expected NAME=NUMBER, such as "E=1.7".');
  return { ...earlier, [name]: number };
}
