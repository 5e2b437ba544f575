import { Worker } from "bullmq";
import type { Block } from "../block.ts";
import { threadPool } from "../local-executor.ts";
import { connectionTo, LOCK_MS, queueName, RedisWatch, redisAddress, STALLED_MS } from "./queue.ts";

export interface RedisWorker {
  /** Takes no new blocks, finishes the started ones if Redis can still be told of them, and resolves. */
  close(): Promise<void>;
}

/**
 * Takes blocks from the queue of this engine and plays them in threads, as the local tournament does: `threads` at a
 * time. Needs nothing but the package and the address. Killed, its blocks go to another worker within seconds.
 *
 * @param tell gets messages for the user.
 * @param onBlock called after each block with the number of its results and the seconds it took.
 */
export async function redisWorker(
  redis: string,
  threads: number,
  tell: (message: string) => void,
  onBlock: (world: string, results: number, seconds: number) => void,
): Promise<RedisWorker> {
  const address = redisAddress(redis);
  const connection = await connectionTo(address);
  const never = new AbortController().signal;
  const pool = threadPool(threads);
  const worker = new Worker<Block, string[]>(
    queueName(),
    async ({ data: block }) => {
      const started = performance.now();
      const lines: string[] = [];
      await pool.play(block, (line) => lines.push(line), never);
      onBlock(block.world.name, lines.length, (performance.now() - started) / 1000);
      return lines;
    },
    {
      connection,
      concurrency: threads,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
      // A block fails only for its own errors, however often workers die.
      maxStalledCount: 1000,
    },
  );
  worker.on("error", () => undefined);
  await worker.waitUntilReady();
  const watch = new RedisWatch(address, tell);
  return {
    async close() {
      watch.stop();
      await worker.close(!watch.answers);
      await pool.close();
    },
  };
}
