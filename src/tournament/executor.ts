import type { Block, BlockJob } from "./block.ts";
import { resultLine } from "./result.ts";
import { timedOutMessage } from "./thinking-clock.ts";

/** Plays blocks somewhere. Lines come in any order; each is handed over once it is safe to store. */
export interface Executor {
  /**
   * @param onLine gets every result as a line to be stored.
   * @param signal ends the playing: running jobs are lost, and the promise rejects with the signal's reason.
   */
  play(blocks: readonly Block[], onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
}

/** The line of a job that ended its thread: by thinking too long, or by using up the memory. */
export function lostJobLine(block: Block, { entrant, repetition, key }: BlockJob, cause: "time" | "memory"): string {
  const protocol = { spent: 0, queries: 0, repeats: 0, refused: 0, invalid: 0 };
  const strategy = block.entrants[entrant]?.name as string;
  const job = { strategy, world: block.world.name, repetition, ...protocol };
  return resultLine(
    key,
    cause === "time"
      ? {
          ...job,
          seconds: block.thinkingSeconds,
          status: "failed",
          failure: timedOutMessage(block.thinkingSeconds),
          timedOut: true,
        }
      : { ...job, seconds: 0, status: "failed", failure: "used more memory than a worker has", timedOut: true },
  );
}
