import type { Score } from "../../src/experiment/score.ts";
import type { Submission } from "../../src/task/submission.ts";

/** One strategy, once, on one world with one frozen draw of its noise. */
export interface Job {
  readonly strategy: string;
  readonly world: string;
  readonly repetition: number;
}

/** How a strategy behaved towards the API. */
export interface Protocol {
  /** FLOPs charged. */
  readonly spent: number;
  readonly queries: number;
  readonly repeats: number;
  readonly refused: number;
  readonly invalid: number;
  /** Thinking time: wall clock of the run, in seconds. Never part of what must be reproducible. */
  readonly seconds: number;
}

/** What came of a job. A failed one is scored later, as the worst of the field in its world and repetition. */
export type Result = Job &
  Protocol &
  (
    | { readonly status: "ok"; readonly score: Score; readonly submission: Submission }
    | { readonly status: "failed"; readonly failure: string }
  );
