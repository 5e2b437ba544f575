import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { Piscina } from "piscina";
import type { Block } from "./block.ts";
import { WORKER_THREAD_URL } from "./engine.ts";
import { type Executor, lostJobLine } from "./executor.ts";
import { Beacon } from "./thinking-clock.ts";
import type { ThreadTask } from "./worker-thread.ts";

/** Memory limit of a worker in megabytes. With half as much for young objects, collecting them takes longer (`npm run bench -- tournament`). */
const WORKER_MEMORY = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 64 };
/** How often overdue threads are looked for, and how long after its deadline a thread is given up. */
const WATCH_MS = 50;
const GRACE_SECONDS = 0.2;

/** Worker threads that play blocks. */
export interface ThreadPool {
  /** Plays one block on the next free thread; rejects with the reason of the signal when that ends it. */
  play(block: Block, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** A pool of threads. One that hangs is ended, and the jobs it had left are played by another. */
export function threadPool(threads: number, atFirst: number = threads): ThreadPool {
  const pool = new Piscina<ThreadTask, void>({
    filename: WORKER_THREAD_URL.href,
    minThreads: Math.min(threads, atFirst),
    maxThreads: threads,
    resourceLimits: WORKER_MEMORY,
  });
  return {
    play: (block, onLine, signal) => playBlock(pool, block, onLine, signal),
    close: () => pool.destroy(),
  };
}

/** Plays blocks in worker threads of this process. */
export function localExecutor(workers: number): Executor {
  return {
    async play(blocks, onLine, signal) {
      const pool = threadPool(workers, blocks.length);
      try {
        // One block a thread at a time: the pool's own queue keeps no order, and the first worlds are to come first.
        const waiting = blocks.values();
        const lane = async () => {
          for (const block of waiting) await pool.play(block, onLine, signal);
        };
        await Promise.all(Array.from({ length: Math.min(workers, blocks.length) }, lane));
      } finally {
        await pool.close();
      }
    },
  };
}

/** Plays a block, and what is left of it whenever a thread is lost. */
async function playBlock(
  pool: Piscina,
  block: Block,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const beacon = new Beacon();
  const hung = new AbortController();
  const unstorable = new AbortController();
  const store = (line: string) => {
    // An error thrown in an event handler would end the process silently.
    try {
      onLine(line);
    } catch (error) {
      unstorable.abort(error);
    }
  };
  port1.on("message", store);
  const watch = setInterval(() => beacon.overdue(GRACE_SECONDS) && hung.abort(), WATCH_MS);
  let lost: unknown;
  try {
    const task: ThreadTask = { block, port: port2, beacon: beacon.cells.buffer as SharedArrayBuffer };
    await pool.run(task, { transferList: [port2], signal: AbortSignal.any([signal, hung.signal, unstorable.signal]) });
  } catch (error) {
    lost = error;
  } finally {
    clearInterval(watch);
    drain(port1, store);
    port1.close();
  }
  unstorable.signal.throwIfAborted();
  if (lost === undefined) return;
  signal.throwIfAborted();
  const job = block.jobs[beacon.job - 1];
  const cause = hung.signal.aborted ? "time" : isOutOfMemory(lost) ? "memory" : undefined;
  if (!job || !cause) throw lost;
  onLine(lostJobLine(block, job, cause));
  const rest = block.jobs.slice(beacon.job);
  if (rest.length > 0) await playBlock(pool, { ...block, jobs: rest }, onLine, signal);
}

/** Hands over what a thread had sent before it ended. */
function drain(port: MessagePort, onLine: (line: string) => void): void {
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) onLine(next.message as string);
}

function isOutOfMemory(error: unknown): boolean {
  return (error as NodeJS.ErrnoException)?.code === "ERR_WORKER_OUT_OF_MEMORY";
}
