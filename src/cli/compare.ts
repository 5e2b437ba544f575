import { type Command, Option } from "commander";
import { type CommonOptions, isoflopCommand, type Terminal, wholeNumber } from "./command.ts";

export interface CompareOptions extends CommonOptions {
  readonly suite: string;
  readonly strategies: string;
  readonly repetitions: number;
  readonly out: string;
}

/** `isoflop compare`: the tournament. */
export function compareCommand(terminal: Terminal): Command {
  return isoflopCommand("compare", "compare strategies offline on simulated worlds")
    .option("--suite <name>", "a suite by name", "default")
    .option("--strategies <list>", 'shipped names and module paths, comma-separated, or "all"', "all")
    .addOption(
      new Option("--repetitions <n>", "frozen draws of the noise per world").default(20).argParser(wholeNumber),
    )
    .option("--out <dir>", "where results and the page are written", "isoflop-results")
    .addHelpText("after", "\nExamples:\n  isoflop compare --strategies isoflops-minimum,./mine.ts --repetitions 50\n")
    .action(async (options: CompareOptions) => {
      // The first line is out before anything heavy loads, so that nobody wonders.
      terminal.err(`isoflop: comparing ${options.strategies} on suite ${options.suite}\n`);
      const { runCompare } = await import("./compare/action.ts");
      await runCompare(options, terminal);
    });
}
