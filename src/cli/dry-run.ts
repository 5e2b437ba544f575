import { type Command, Option } from "commander";
import { isoflopCommand, type Terminal, wholeNumber } from "./command.ts";
import type { DryRunOptions } from "./dry-run/action.ts";

/** `isoflop dry-run`: price a plan and rehearse it. */
export function dryRunCommand(terminal: Terminal): Command {
  return isoflopCommand("dry-run", "price and rehearse a strategy or a list of runs; nothing is sent anywhere")
    .argument("<plan>", "a shipped strategy, the path of a module, a table of runs (CSV, JSON), or a plan's file")
    .option(
      "--suite <name>",
      "the worlds to rehearse on: a suite, a world, or the file of a world or family",
      "default",
    )
    .addOption(new Option("--repetitions <n>", "frozen draws of the noise per world").default(5).argParser(wholeNumber))
    .option("--out <file>", "write the plan, with its fingerprint, for isoflop run")
    .addHelpText("after", EXAMPLES)
    .action(async (plan: string, options: DryRunOptions) => {
      const { runDryRun } = await import("./dry-run/action.ts");
      await runDryRun(plan, options, terminal);
    });
}

const EXAMPLES = `
Examples:
  isoflop dry-run two-stage-isoflops --out plan.json
  isoflop dry-run my-runs.csv --suite stanford-2025/central
`;
