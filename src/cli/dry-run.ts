import { type Command, Option } from "commander";
import { isoflopCommand, type Terminal, wholeNumber } from "./command.ts";
import type { DryRunOptions } from "./dry-run/rehearse-plan.ts";
import { HISTORY_HELP } from "./history.ts";
import { columnMap } from "./table-options.ts";

/** `isoflop dry-run`: cost and regret of a plan on simulated worlds. */
export function dryRunCommand(terminal: Terminal): Command {
  return isoflopCommand("dry-run", "estimate the cost and regret of a plan on simulated worlds; sends nothing")
    .argument("<plan>", "a strategy by name, a module, a program, a table of runs, or a plan file")
    .option("--suite <name>", "a suite or world, by name or file (default: course)")
    .addOption(new Option("--repetitions <n>", "noise draws per world (default: 5)").argParser(wholeNumber))
    .option("--quick", "a few worlds of the suite, one repetition")
    .option("--history <runs>", HISTORY_HELP)
    .option("--columns <map>", "columns of the plan's table, such as learning_rate=lr", columnMap)
    .option("--out <file>", "write the plan with its fingerprint, for isoflop run")
    .addHelpText("after", EXAMPLES)
    .action(async (plan: string, options: DryRunOptions) => {
      const { runDryRun } = await import("./dry-run/rehearse-plan.ts");
      await runDryRun(plan, options, terminal);
    });
}

const EXAMPLES = `
Examples:
  isoflop dry-run two-stage-isoflops --out plan.json
`;
