import { type ProgramOptions, programStrategy } from "../experiment/program/program.ts";
import { buildAnyWorld } from "../surface/any-world.ts";
import type { Block } from "./block.ts";
import type { Executor } from "./executor.ts";
import { play } from "./play.ts";
import { resultLine } from "./result.ts";

/** Plays the programs of blocks as child processes, `atOnce` at a time. */
export function programExecutor(atOnce: number, options: ProgramOptions): Executor {
  return {
    async play(blocks, onLine, signal) {
      const jobs = blocks.flatMap((block) => block.jobs.map((job) => ({ block, job }))).values();
      const failure = new AbortController();
      const ending = AbortSignal.any([signal, failure.signal]);
      const lane = async () => {
        for (const { block, job } of jobs) {
          ending.throwIfAborted();
          const entrant = block.entrants[job.entrant];
          if (entrant?.kind !== "program") throw new TypeError(`"${entrant?.name}" is not a program`);
          const program = programStrategy(entrant.command, { ...options, signal: ending });
          const result = await play(program, buildAnyWorld(block.world), job.repetition, block.seed);
          ending.throwIfAborted();
          onLine(resultLine(job.key, result));
        }
      };
      const lanes = Array.from({ length: atOnce }, lane);
      try {
        await Promise.all(lanes);
      } catch (error) {
        // Stop playing: later results would not be stored.
        failure.abort(error);
        await Promise.allSettled(lanes);
        throw error;
      }
    },
  };
}

/** The jobs of blocks whose entrant is a program, or those whose is not. */
export function programJobs(blocks: readonly Block[], programs: boolean): Block[] {
  return blocks.flatMap((block) => {
    const jobs = block.jobs.filter(({ entrant }) => (block.entrants[entrant]?.kind === "program") === programs);
    return jobs.length > 0 ? [{ ...block, jobs }] : [];
  });
}
