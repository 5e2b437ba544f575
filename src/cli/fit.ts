import { type Command, InvalidArgumentError, Option } from "commander";
import { RESAMPLINGS } from "../fit/bootstrap.ts";
import type { Prior } from "../fit/fitter.ts";
import { WINDOW } from "../fit/methods/parabola.ts";
import { OBJECTIVES } from "../fit/objective.ts";
import { SETTINGS_WITH_LAWS, type SettingName } from "../fit/setting-laws.ts";
import { parseQuantity } from "../task/quantity.ts";
import { isoflopCommand, quantities, quantity, type Terminal, wholeNumber } from "./command.ts";
import { withFigureOptions } from "./figure-options.ts";
import type { FitCommandOptions } from "./fit/options.ts";
import { columnNames, withTableOptions } from "./table-options.ts";

/** `isoflop fit`: laws from a table of runs. */
export function fitCommand(terminal: Terminal): Command {
  const command = isoflopCommand("fit", "fit scaling laws to a table of runs")
    .argument(
      "<runs...>",
      'tables of runs, a saved /previous_runs answer, or "course": the course\'s 72 synthetic runs',
    )
    .option(
      "--method <name>",
      'the method, or "all" (default: parabola where budgets have five sizes, else parametric)',
    )
    .option("--formula <law>", 'your own law in N, D and C, such as "E + A/N^alpha + B/D^beta"')
    .addOption(new Option("--objective <name>", "what a law of the loss minimizes").choices(OBJECTIVES))
    .option("--delta <n>", "where the Huber loss becomes linear (default 1e-3; 0: absolute error)", turningPoint)
    .option("--fix <name=value>", "fix a parameter, such as E=1.7; repeatable", assignment)
    .option("--prior <name=mean±sd>", "a normal prior, such as E=1.7±0.3 (or +-); repeatable", prior)
    .addOption(new Option("--space <space>", "least squares of power laws through optima").choices(["linear", "log"]))
    .option(
      "--window <factor>",
      `parabola: take sizes within this factor of the lowest run, or "none" (default ${WINDOW})`,
      factor,
    )
    .option("--hold-out <n>", "hide the n largest budgets and predict them", wholeNumber)
    .option("--max-params <n>", "the largest N allowed, such as 8B", quantity)
    .option("--max-tokens <n>", "the largest D allowed, such as 15T", quantity)
    .option("--table-of-sizes", "print the loss of other sizes at each target")
    .option("--best-of", "keep the lowest loss per N and D")
    .option("--law-of <settings>", `power laws of the best ${SETTINGS_WITH_LAWS.join(",")} in N and D`, settingNames)
    .option("--target <flops>", "budgets to predict for, such as 1e23,1e24", quantities)
    .option("--by <columns>", "fit each value of these columns separately, such as dataset,optimizer", columnNames)
    .option("--weights <column>", "a column with the weight of each run")
    .option("--keep-all", "keep all hyperparameters of API answers, not only the best per size and budget")
    .option("--bootstrap <n>", "intervals from this many bootstrap refits", wholeNumber)
    .addOption(new Option("--resample <what>", "what the bootstrap resamples").choices(RESAMPLINGS).default("runs"))
    .option("--plot <dir>", "write figures to this folder, as SVG, PNG and PDF")
    .addHelpText("after", EXAMPLES)
    .action(async (runs: readonly string[], options: FitCommandOptions) => {
      const { runFit } = await import("./fit/action.ts");
      await runFit(runs, options, terminal);
    });
  return withTableOptions(withFigureOptions(command));
}

const EXAMPLES = `
Examples:
  isoflop fit course --target 1e23,1e24 --plot figures
  isoflop fit previous_runs.json --method all --target 1e19
  isoflop fit sweep.csv --columns N=1e6*params_m --where ok=true --by dataset
  isoflop fit runs.csv --formula "E + A/N^alpha + B/D^beta; E in [0, 3]"
`;

/** Parses a list of settings. */
function settingNames(text: string): SettingName[] {
  return text.split(",").map((name) => {
    const known = SETTINGS_WITH_LAWS.find((setting) => setting === name.trim());
    if (!known) throw new InvalidArgumentError(`"${name}" is none of ${SETTINGS_WITH_LAWS.join(", ")}.`);
    return known;
  });
}

/** Parses a delta: 0 or more. */
function turningPoint(text: string): number {
  const value = parseQuantity(text);
  if (value === undefined || value < 0) throw new InvalidArgumentError('expected a number such as "1e-3", or 0.');
  return value;
}

/** Parses a factor above 1; `none` is infinite. */
function factor(text: string): number {
  const value = text === "none" ? Number.POSITIVE_INFINITY : parseQuantity(text);
  if (value === undefined || !(value > 1))
    throw new InvalidArgumentError('expected a factor above 1 such as "4", or "none".');
  return value;
}

/** Parses `E=1.7±0.3`, added to those given before. */
function prior(text: string, earlier: Readonly<Record<string, Prior>> = {}): Readonly<Record<string, Prior>> {
  const [, name, ...numbers] = /^\s*([A-Za-z]\w*)\s*=\s*(\S+?)\s*(?:±|\+-|\+\/-)\s*(\S+)\s*$/.exec(text) ?? [];
  const [mean, sd] = numbers.map((number) => parseQuantity(number));
  if (name === undefined || mean === undefined || sd === undefined || !(sd > 0))
    throw new InvalidArgumentError('expected NAME=MEAN±SD, such as "E=1.7±0.3".');
  return { ...earlier, [name]: { mean, sd } };
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
