import { type Command, Option } from "commander";
import { isoflopCommand, quantity, seconds, type Terminal } from "./command.ts";
import type { RunOptions } from "./run/action.ts";

/** `isoflop run`: fly a plan against an endpoint, or go on with a flight that was cut short. */
export function runCommand(terminal: Terminal): Command {
  return isoflopCommand("run", "fly a plan; the same command goes on after a crash")
    .argument(
      "<plan>",
      "the file that isoflop dry-run --out wrote; for a simulated endpoint also a strategy or a table",
    )
    .requiredOption("--url <url>", "where the training API listens")
    .requiredOption("--key-file <file>", "a file with the API key (an SSH public key) on one line")
    .option("--journal <file>", "what was asked and answered; its folder gets the results", "isoflop-run/journal.jsonl")
    .option("--live", "the endpoint may be the real one, where FLOPs are spent for good")
    .addOption(
      new Option("--yes-spend <flops>", "what may be spent on a real endpoint, instead of a prompt").argParser(
        quantity,
      ),
    )
    .addOption(
      new Option("--timeout <seconds>", "how long one answer may take").default(60_000, "60").argParser(seconds),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (plan: string, options: RunOptions) => {
      const { runPlan } = await import("./run/action.ts");
      await runPlan(plan, options, terminal);
    });
}

const EXAMPLES = `
Examples:
  isoflop run plan.json --url http://127.0.0.1:8000 --key-file ~/.ssh/id_ed25519.pub
  isoflop run plan.json --url http://hyperturing.stanford.edu:8000 --key-file ~/.ssh/id_ed25519.pub --live
`;
