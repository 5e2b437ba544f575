import type { ClockBudget } from "./clock.ts";
import type { Run, RunConfig } from "./configuration.ts";
import type { SearchSpace } from "./search-space.ts";
import { valuesOf } from "./search-space.ts";
import type { Admissible } from "./submission.ts";

/** The question: what may be asked, what it may cost, and what must be predicted. */
export interface Task {
  readonly searchSpace: SearchSpace;
  /** FLOPs that all runs together may cost; seconds where there is a clock. */
  readonly cap: number;
  /** FLOPs at which the submission is trained; seconds where there is a clock. */
  readonly target: number;
  /** Present where runs cost time: every amount of the task is then in seconds. Absent: FLOPs. */
  readonly clock?: ClockBudget;
  readonly admissible: Admissible;
  /** Tokens in a sequence of a batch. Absent: 512, the course's. */
  readonly sequenceLength?: number;
  /** Where the answers come from a finished table: the only configurations there are. Absent for a training API. */
  readonly candidates?: readonly RunConfig[];
  /** Runs made before this budget: known from the start, and not part of the cap. */
  readonly history?: readonly Run[];
}

/** Everything known of a task after some runs: its history, then those runs. `recommend` gets no less. */
export function withHistory(runs: readonly Run[], { history = [] }: Task): readonly Run[] {
  return history.length === 0 ? runs : [...history, ...runs];
}

/**
 * The training budgets a run may have, in FLOPs, ascending.
 *
 * @example
 * ```ts
 * import { budgetsOf, buildWorld, presetDocument } from "isoflop";
 * const { task } = buildWorld(presetDocument("handout/smooth"));
 * budgetsOf(task).slice(0, 3); // [1e13, 3e13, 6e13]
 * ```
 */
export function budgetsOf(task: Task): readonly number[] {
  return valuesOf(task.searchSpace.trainFlops);
}
