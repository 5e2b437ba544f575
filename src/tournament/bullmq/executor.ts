import { type Job, Queue, QueueEvents } from "bullmq";
import { contentHash } from "../../experiment/content-hash.ts";
import type { Block } from "../block.ts";
import type { Executor } from "../executor.ts";
import { connectionTo, queueName } from "./queue.ts";

/** Blocks in Redis at a time: enough for every worker there may be, little enough for any Redis. */
const IN_FLIGHT = 256;
/** Attempts at a block before its error counts as its own. */
const ATTEMPTS = 3;
/** How long a queue may have no worker before a message says so. */
const NOBODY_MS = 5000;

/**
 * Sends blocks to the workers of a Redis queue. A block's id is the hash of its jobs, so sending one again after an
 * interruption finds the existing one. Delivery is at least once; a result with a known key is dropped.
 *
 * @param tell gets messages for the user.
 */
export async function bullmqExecutor(redis: string, tell: (message: string) => void): Promise<Executor> {
  const connection = await connectionTo(redis);
  return {
    async play(blocks, onLine, signal) {
      const queue = new Queue<Block, string[]>(queueName(), { connection });
      const events = new QueueEvents(queueName(), { connection });
      queue.setMaxListeners(0);
      events.setMaxListeners(0);
      // The library reconnects; what it cannot repair rejects where it is awaited.
      queue.on("error", () => undefined);
      events.on("error", () => undefined);
      await events.waitUntilReady();
      const watch = setInterval(() => void sayWhenNobodyWorks(queue, redis, tell).catch(() => undefined), NOBODY_MS);
      const waiting = blocks.values();
      const interruption = aborted(signal);
      const ending = new AbortController();
      const lane = async () => {
        for (const block of waiting) {
          signal.throwIfAborted();
          const { job, lines } = await Promise.race([finished(queue, events, block, ending.signal), interruption]);
          for (const line of lines) onLine(line);
          await forget(job);
        }
      };
      try {
        await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, blocks.length) }, lane));
      } catch (error) {
        // Blocks that were not started are withdrawn; running ones may finish, and their results are found later.
        ending.abort();
        await queue.drain();
        throw error;
      } finally {
        clearInterval(watch);
        await Promise.all([events.close(), queue.close()]);
      }
    },
  };
}

/**
 * A block's job and the lines that came of it. Another tournament that shares the job may have stored its lines and
 * removed it while this one was about to wait for it: then the job is sent again.
 */
async function finished(
  queue: Queue<Block, string[]>,
  events: QueueEvents,
  block: Block,
  ending: AbortSignal,
): Promise<{ readonly job: Job; readonly lines: readonly string[] }> {
  for (;;) {
    const job = await queue.add("block", block, { jobId: idOf(block), attempts: ATTEMPTS });
    try {
      return { job, lines: await job.waitUntilFinished(events) };
    } catch (error) {
      if (ending.aborted || (await queue.getJob(idOf(block)))) throw error;
    }
  }
}

function idOf({ jobs }: Block): string {
  return contentHash(...jobs.map(({ key }) => key));
}

/** Its lines are stored here now: Redis need not keep them. */
async function forget(job: Job): Promise<void> {
  await job.remove().catch(() => undefined);
}

/** Rejects when a signal aborts; never resolves. */
function aborted(signal: AbortSignal): Promise<never> {
  const interruption = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // Nobody may be waiting when it comes.
  interruption.catch(() => undefined);
  return interruption;
}

let said = false;

async function sayWhenNobodyWorks(
  queue: { getWorkersCount(): Promise<number> },
  redis: string,
  tell: (message: string) => void,
): Promise<void> {
  if (said || (await queue.getWorkersCount()) > 0) return;
  said = true;
  const { protocol, host, pathname } = new URL(redis);
  tell(
    `no worker of this version is connected to the queue: start some with "isoflop worker --redis ${protocol}//${host}${pathname}"${redis.includes("@") ? " and its password" : ""}`,
  );
}
