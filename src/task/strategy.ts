import type { Run, RunConfig } from "./configuration.ts";
import type { Rng } from "./random.ts";
import type { Submission } from "./submission.ts";
import type { Task } from "./task.ts";

/** A question, with the reason it is asked for; the reason is shown wherever the question is. */
export interface Query extends RunConfig {
  readonly reason?: string;
}

/**
 * A plan for spending the budget. Pure: no clock, network, file or Math.random, so that the same generator runs against
 * a simulated world and a real endpoint, and a crashed run resumes by feeding its answers back in.
 */
export interface Strategy {
  readonly name: string;
  /** One line for `isoflop strategies`. */
  readonly summary: string;
  /** Present where the runs are a table of the strategy's own: it does not apply where finished runs are played back. */
  readonly fixedRuns?: true;
  /** Present where it counts tokens as C/(6N): it does not apply where runs cost time. */
  readonly flopsOnly?: true;
  /**
   * Which runs to buy next: yields a batch, is resumed with their answers in the same order, returns when it wants no
   * more, with a note of why where much of the cap is left. `task.history` has the runs that are known already.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a generator that returns nothing is a strategy's queries too
  queries(task: Task, rng: Rng): Generator<readonly Query[], string | void, readonly Run[]>;
  /** What to submit, given the history and what was bought so far (also nothing). */
  recommend(runs: readonly Run[], task: Task, rng: Rng): Submission;
}
