import { setTimeout } from "node:timers/promises";
import { type Job, Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { contentHash } from "../../experiment/content-hash.ts";
import type { Block } from "../block.ts";
import type { Executor } from "../executor.ts";
import { connectionTo, queueName, RedisWatch, redisAddress } from "./queue.ts";

/** Blocks in Redis at a time: enough for every worker there may be, little enough for any Redis. */
const IN_FLIGHT = 256;
/** Attempts at a block before its error counts as its own. */
const ATTEMPTS = 3;
/** How long a queue may have no worker before a message says so. */
const NOBODY_MS = 5000;
/** How long closing may take where Redis does not answer. */
const CLOSE_MS = 2000;

/**
 * Sends blocks to the workers of a Redis queue. A block's id is the hash of its jobs, so sending one again after an
 * interruption finds the existing one; one that Redis has lost is sent again. Delivery is at least once; a result with a
 * known key is dropped.
 *
 * @param tell gets messages for the user.
 */
export async function bullmqExecutor(redis: string, tell: (message: string) => void): Promise<Executor> {
  const address = redisAddress(redis);
  const connection = await connectionTo(address);
  return {
    async play(blocks, onLine, signal) {
      const queue = new Queue<Block, string[]>(queueName(), { connection });
      const events = new QueueEvents(queueName(), { connection });
      queue.setMaxListeners(0);
      events.setMaxListeners(0);
      // The library reconnects; what it cannot repair rejects where it is awaited.
      queue.on("error", () => undefined);
      events.on("error", () => undefined);
      const sent = new SentJobs(queue);
      const watch = new RedisWatch(address, tell, (client) => sent.look(client));
      const idle = setInterval(
        () => void sayWhenNobodyWorks(queue, address.repeatable, tell).catch(() => undefined),
        NOBODY_MS,
      );
      const waiting = blocks.values();
      const interruption = aborted(signal);
      const ending = new AbortController();
      const lane = async () => {
        for (const block of waiting) {
          signal.throwIfAborted();
          const { job, lines } = await Promise.race([
            finished(queue, events, sent, block, ending.signal),
            interruption,
          ]);
          for (const line of lines) onLine(line);
          await forget(job);
        }
      };
      try {
        await Promise.race([events.waitUntilReady(), interruption]);
        await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, blocks.length) }, lane));
      } catch (error) {
        // Blocks that were not started are withdrawn; running ones may finish, and their results are found later.
        ending.abort();
        if (watch.answers) await Promise.race([queue.drain(), setTimeout(CLOSE_MS)]);
        throw error;
      } finally {
        clearInterval(idle);
        watch.stop();
        const closed = watch.answers ? [events.close(), queue.close()] : [];
        await Promise.race([Promise.allSettled(closed), setTimeout(CLOSE_MS)]);
        // What waits for Redis would keep this process running.
        for (const each of [events, queue]) void each.disconnect().catch(() => undefined);
      }
    },
  };
}

/** The jobs that have been sent and are waited for. */
class SentJobs {
  readonly #queue: Queue;
  readonly #waiting = new Map<string, { missing: boolean; readonly onLost: () => void }>();

  constructor(queue: Queue) {
    this.#queue = queue;
  }

  /** Resolves when Redis turns out not to have the job any more; call `forget` when that does not matter any more. */
  lost(id: string): Promise<undefined> {
    return new Promise((resolve) => {
      this.#waiting.set(id, { missing: false, onLost: () => resolve(undefined) });
    });
  }

  forget(id: string): void {
    this.#waiting.delete(id);
  }

  /** A job that is missing twice is lost: once may be another tournament that has just taken its lines. */
  async look(client: Redis): Promise<void> {
    const ids = [...this.#waiting.keys()];
    const counts = await Promise.all(ids.map((id) => client.exists(this.#queue.toKey(id))));
    for (const [i, id] of ids.entries()) {
      const job = this.#waiting.get(id);
      if (!job) continue;
      if (job.missing && counts[i] === 0) job.onLost();
      job.missing = counts[i] === 0;
    }
  }
}

/**
 * A block's job and the lines that came of it. Another tournament that shares the job may have stored its lines and
 * removed it while this one was about to wait for it, or Redis may have lost it: then the job is sent again.
 */
async function finished(
  queue: Queue<Block, string[]>,
  events: QueueEvents,
  sent: SentJobs,
  block: Block,
  ending: AbortSignal,
): Promise<{ readonly job: Job; readonly lines: readonly string[] }> {
  const id = idOf(block);
  for (;;) {
    const job = await queue.add("block", block, { jobId: id, attempts: ATTEMPTS });
    try {
      const lines = await Promise.race([job.waitUntilFinished(events), sent.lost(id)]);
      if (lines) return { job, lines };
    } catch (error) {
      if (ending.aborted || (await queue.getJob(id))) throw error;
    } finally {
      sent.forget(id);
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
  tell(`no worker of this version is connected to the queue: start some with "isoflop worker --redis ${redis}"`);
}
