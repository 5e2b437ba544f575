import type { TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import type { Source } from "../training-api.ts";
import type { Experiment } from "./jobs.ts";

/** What came of submitting a job. */
export type JobSubmission =
  | { readonly outcome: "accepted"; readonly id: number }
  /** It was submitted before, by this run or another; `id` is that job's. */
  | { readonly outcome: "duplicate"; readonly id: number }
  /** Its seconds do not fit into what is left, reservations counted. */
  | { readonly outcome: "insufficient"; readonly message: string }
  /** The API does not take the configuration. */
  | { readonly outcome: "invalid"; readonly message: string };

/** A cluster of jobs as one student sees it: simulated in this process, or over HTTP. */
export interface JobPort {
  readonly source: Source;
  /** @param reason goes into the journal, never to an endpoint. */
  submit(config: TrainingConfig, reason?: string): Promise<JobSubmission>;
  /**
   * Waits until these jobs have ended, or never will, and returns them in this order. One whose status is not `ended` is
   * given up: it keeps its reservation.
   */
  ended(ids: readonly number[]): Promise<readonly Experiment[]>;
  /** Seconds spent or reserved. */
  used(): Promise<number>;
}
