import { type Command, InvalidArgumentError, Option } from "commander";
import { isoflopCommand, quantity, type Terminal, wholeNumber } from "./command.ts";
import type { CompareOptions } from "./compare/action.ts";

/** `isoflop compare`: the tournament. */
export function compareCommand(terminal: Terminal): Command {
  return isoflopCommand("compare", "compare strategies offline on simulated worlds")
    .option(
      "--suite <name>",
      'suites by name, JSON files of worlds, or replay:FILE, comma-separated (default: "default", with --full "full")',
    )
    .option(
      "--strategies <list>",
      'shipped names, module paths and programs ("exec:COMMAND"), comma-separated, or "all"',
      "all",
    )
    .addOption(new Option("--budget <flops>", "cap on what a run may spend, instead of the world's").argParser(flops))
    .addOption(new Option("--repetitions <n>", "frozen draws of the noise per world").default(3).argParser(atLeastOne))
    .addOption(new Option("--workers <n>", "worker threads (default: one for each core)").argParser(atLeastOne))
    .addOption(new Option("--executor <name>", "who plays").choices(["local", "bullmq"]).default("local"))
    .option("--redis <url>", "where the workers of --executor bullmq listen")
    .addOption(
      new Option("--thinking <seconds>", "time a strategy may think in one run").default(2).argParser(quantity),
    )
    .option(
      "--out <dir>",
      "where results and the page are written; what it holds is not played again",
      "isoflop-results",
    )
    .option("--full", "the full suite: hundreds of worlds; says beforehand how long it will take")
    .addHelpText(
      "after",
      `
Examples:
  isoflop compare --strategies isoflops-minimum,./mine.ts --repetitions 50
  isoflop compare --strategies "all,exec:python3 my_plan.py"
`,
    )
    .action(async (options: CompareOptions) => {
      // The first line is out before anything heavy loads, so that nobody wonders.
      terminal.err(`isoflop: comparing ${options.strategies} on suite ${suiteName(options)}\n`);
      const { runCompare } = await import("./compare/action.ts");
      await runCompare({ ...options, suite: suiteName(options) }, terminal);
    });
}

function suiteName({ suite, full }: CompareOptions): string {
  return suite ?? (full ? "full" : "default");
}

function atLeastOne(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError('expected a whole number such as "10".');
  return value;
}

function flops(text: string): number {
  const value = quantity(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('expected a whole number of FLOPs such as "2e18".');
  return value;
}
