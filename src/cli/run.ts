import { type Command, Option } from "commander";
import { isoflopCommand, quantity, seconds, type Terminal } from "./command.ts";
import type { RunOptions } from "./run/edition.ts";

/** `isoflop run`: run a plan against an endpoint, or resume an interrupted run. */
export function runCommand(terminal: Terminal): Command {
  return isoflopCommand("run", "run a plan against a training API; repeat the command to resume")
    .argument("<plan>", "a plan file from isoflop dry-run; for a simulated API also a strategy or a table")
    .requiredOption("--url <url>", "the address of the training API")
    .requiredOption("--key-file <file>", "a file with the API key (for the mock, any text)")
    .option("--journal <file>", "the journal file; results go to its folder", "isoflop-run/journal.jsonl")
    .option("--live", "allow the real API, where what is spent cannot be recovered")
    .addOption(
      new Option("--yes-spend <amount>", "FLOPs or seconds that the real API may cost, instead of a prompt").argParser(
        quantity,
      ),
    )
    .option("--submit-final", "2026: send the final submission at the end; without it none is sent")
    .option("--yes-final <fingerprint>", "confirm the final submission, instead of a prompt")
    .addOption(new Option("--timeout <seconds>", "timeout per answer").default(60_000, "60").argParser(seconds))
    .addHelpText("after", EXAMPLES)
    .action(async (plan: string, options: RunOptions) => {
      const { runPlan } = await import("./run/run-plan.ts");
      await runPlan(plan, options, terminal);
    });
}

const EXAMPLES = `
Examples:
  isoflop run plan.json --url http://127.0.0.1:8000 --key-file key.txt
  isoflop run plan.json --url http://hyperturing.stanford.edu:8000 --live --key-file KEY
`;
