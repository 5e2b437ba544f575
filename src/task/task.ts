import type { RunConfig } from "./configuration.ts";
import type { SearchSpace } from "./search-space.ts";
import { valuesOf } from "./search-space.ts";
import type { Admissible } from "./submission.ts";

/** The question: what may be asked, what it may cost, and what must be predicted. */
export interface Task {
  readonly searchSpace: SearchSpace;
  /** FLOPs that all runs together may cost. */
  readonly cap: number;
  /** FLOPs at which the submission is trained. */
  readonly target: number;
  readonly admissible: Admissible;
  /** Where the answers come from a finished table: the only configurations there are. Absent for a training API. */
  readonly candidates?: readonly RunConfig[];
}

/** The training budgets a run may have, in FLOPs, ascending. */
export function budgetsOf(task: Task): readonly number[] {
  return valuesOf(task.searchSpace.trainFlops);
}
