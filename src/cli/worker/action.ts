import { availableParallelism } from "node:os";
import { redisWorker } from "../../tournament/bullmq/worker.ts";
import type { Terminal } from "../command.ts";
import { stopSignal } from "../listening.ts";

/** The options of `isoflop worker`, parsed. */
export interface WorkerOptions {
  readonly redis: string;
  readonly workers?: number;
}

/** Works until it is told to stop; what has been begun is finished first. */
export async function runWorker({ redis, workers }: WorkerOptions, terminal: Terminal): Promise<void> {
  const threads = workers || availableParallelism();
  const worker = await redisWorker(redis, threads, (world, results, seconds) =>
    terminal.err(`  ${world}: ${results} runs in ${seconds.toFixed(1)} s\n`),
  );
  const stopped = stopSignal();
  terminal.err(`isoflop: taking jobs on ${threads} threads; Ctrl-C finishes what has been begun and ends\n`);
  const signal = await stopped;
  terminal.err("isoflop: finishing what has been begun; the same command takes jobs again\n");
  await worker.close();
  process.exitCode = signal === "SIGINT" ? 130 : 0;
}
