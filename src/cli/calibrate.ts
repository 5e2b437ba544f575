import { type Command, InvalidArgumentError } from "commander";
import type { CalibrateOptions } from "./calibrate/action.ts";
import { isoflopCommand, quantities, quantity, type Terminal, wholeNumber } from "./command.ts";
import { assignment } from "./fit.ts";
import { withTableOptions } from "./table-options.ts";

/** `isoflop calibrate`: a family of worlds from a table of runs. */
export function calibrateCommand(terminal: Terminal): Command {
  const command = isoflopCommand("calibrate", "make a family of worlds from a table of runs")
    .argument("<runs...>", "a table of runs, CSV or JSON")
    .option("--law <name>", "annealed, gated, mechanistic or chinchilla for answers; chinchilla or bounded for runs")
    .option("--fix <name=value>", "fix a parameter, such as E=1.7; repeatable", assignment)
    .option("--draws <n>", "worlds to draw (default 32 with --out, else none)", wholeNumber)
    .option("--budget <flops>", "the task's cap (default: from the table)", quantity)
    .option("--target <flops>", "the task's target (default: from the table)", quantity)
    .option("--batch <sizes>", "the task's batch sizes, such as 128,256", batchSizes)
    .option("--out <file>", "write the family to this file, with a plot of residuals beside it")
    .addHelpText("after", EXAMPLES)
    .action(async (runs: readonly string[], options: CalibrateOptions) => {
      const { runCalibrate } = await import("./calibrate/action.ts");
      await runCalibrate(runs, options, terminal);
    });
  return withTableOptions(command);
}

function batchSizes(text: string): number[] {
  const sizes = quantities(text);
  if (!sizes.every(Number.isInteger)) throw new InvalidArgumentError("expected whole numbers such as 128,256.");
  return sizes;
}

const EXAMPLES = `
Examples:
  isoflop calibrate sweep.csv --law chinchilla --target 1e21
`;
