import type { Command } from "commander";
import { isoflopCommand, type Terminal, wholeNumber } from "./command.ts";
import type { WorkerOptions } from "./worker/action.ts";

/** `isoflop worker`: takes tournament jobs on this machine. */
export function workerCommand(terminal: Terminal): Command {
  return isoflopCommand("worker", "take the jobs of isoflop compare --executor bullmq on this machine")
    .requiredOption("--redis <url>", "the Redis that the jobs come over, such as redis://127.0.0.1:6379")
    .option("--workers <n>", "worker threads (default: one for each core)", wholeNumber)
    .addHelpText("after", "\nExamples:\n  isoflop worker --redis redis://10.0.0.5:6379\n")
    .action(async (options: WorkerOptions) => {
      const { runWorker } = await import("./worker/action.ts");
      await runWorker(options, terminal);
    });
}
