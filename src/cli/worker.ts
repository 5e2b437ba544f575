import type { Command } from "commander";
import { isoflopCommand, type Terminal, wholeNumber } from "./command.ts";

interface WorkerOptions {
  readonly redis: string;
  readonly workers?: number;
}

/** `isoflop worker`: plays tournament jobs from a Redis queue until it is stopped; started jobs are finished first. */
export function workerCommand(terminal: Terminal): Command {
  return isoflopCommand("worker", "play tournament jobs from a Redis queue on this machine")
    .requiredOption("--redis <url>", "the Redis server with the queue, such as redis://127.0.0.1:6379")
    .option("--workers <n>", "worker threads (default: one per core)", wholeNumber)
    .addHelpText("after", "\nExamples:\n  isoflop worker --redis redis://10.0.0.5:6379\n")
    .action(async (options: WorkerOptions) => runWorker(options, terminal));
}

async function runWorker({ redis, workers }: WorkerOptions, terminal: Terminal): Promise<void> {
  const { availableParallelism } = await import("node:os");
  const { redisWorker } = await import("../tournament/bullmq/worker.ts");
  const { onInterrupt } = await import("./interrupt.ts");
  const threads = workers || availableParallelism();
  const worker = await redisWorker(
    redis,
    threads,
    (message) => terminal.err(`isoflop: ${message}\n`),
    (world, results, seconds) => terminal.err(`  ${world}: ${results} runs in ${seconds.toFixed(1)} s\n`),
  );
  const { arrived } = onInterrupt();
  terminal.err(`isoflop: taking jobs on ${threads} threads; after Ctrl-C, started jobs are finished first\n`);
  const signal = await arrived;
  terminal.err("isoflop: finishing the started jobs; run the same command to take jobs again\n");
  await worker.close();
  process.exitCode = signal === "SIGINT" ? 130 : 0;
}
