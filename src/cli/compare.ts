import { type Command, InvalidArgumentError, Option } from "commander";
import { ANSWERS_HELP, isoflopCommand, quantity, type Terminal, wholeNumber } from "./command.ts";
import { resultsFolder } from "./compare/results-folder.ts";
import type { CompareOptions } from "./compare/run-tournament.ts";
import { HISTORY_HELP } from "./history.ts";
import { withTableOptions } from "./table-options.ts";

/** `isoflop compare`: the tournament. */
export function compareCommand(terminal: Terminal): Command {
  const command = isoflopCommand("compare", "rank strategies offline on simulated worlds")
    .option(
      "--suite <name>",
      'suites, JSON files of worlds and table:FILE, comma-separated (default: "course"; "full" with --full)',
    )
    .option("--strategies <list>", 'names, modules and programs ("exec:COMMAND"), comma-separated, or "all"', "all")
    .option("--answers <file>", ANSWERS_HELP)
    .option("--history <runs>", HISTORY_HELP)
    .addOption(new Option("--budget <flops>", "spending cap of each run, instead of the world's").argParser(flops))
    .addOption(new Option("--repetitions <n>", "noise draws per world (default: 3)").argParser(atLeastOne))
    .addOption(new Option("--workers <n>", "worker threads (default: one per core)").argParser(atLeastOne))
    .addOption(new Option("--executor <name>", "where runs are computed").choices(["local", "bullmq"]).default("local"))
    .option("--redis <url>", "the Redis server of --executor bullmq")
    .addOption(new Option("--thinking <seconds>", "thinking time limit per run").default(5).argParser(quantity))
    .option("--retry-failed", "play saved runs that failed or timed out again")
    .option("--out <dir>", "folder for the results, reused (default: one of its own in isoflop-results)")
    .addOption(
      new Option("--quick", "a first ranking: a few worlds of each question, one repetition").conflicts("full"),
    )
    .option("--full", "play 431 worlds; prints first how long that takes")
    .addHelpText(
      "after",
      `
Examples:
  isoflop compare --strategies "all,exec:python3 my_plan.py"
`,
    )
    .action(async (options: CompareOptions) => {
      // Printed before the heavy modules load, which takes a while.
      terminal.err(`isoflop: comparing ${options.strategies} on suite ${suiteName(options)}\n`);
      const { runCompare } = await import("./compare/run-tournament.ts");
      const suite = suiteName(options);
      await runCompare({ ...options, suite, out: options.out ?? resultsFolder(suite, options) }, terminal);
    });
  return withTableOptions(command);
}

function suiteName({ suite, full }: CompareOptions): string {
  return suite ?? (full ? "full" : "course");
}

function atLeastOne(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError("expected a whole number, 1 or more.");
  return value;
}

function flops(text: string): number {
  const value = quantity(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('expected a whole number of FLOPs such as "2e18".');
  return value;
}
