import type { FinalSubmission, TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import type { Experiment } from "./jobs.ts";

/** What came of a submission over the wire. */
export type SubmitAnswer =
  | { readonly outcome: "accepted"; readonly id: number }
  /** The reservation does not fit what is left; `used` are the student's seconds. */
  | { readonly outcome: "insufficient"; readonly used: number }
  /** An equal configuration was submitted before: it is among the experiments. */
  | { readonly outcome: "duplicate" }
  | { readonly outcome: "invalid"; readonly message: string };

/** A final submission as it is stored. */
export interface StoredFinal extends FinalSubmission {
  /** As the endpoint writes it. */
  readonly submitted_at: string;
}

/** What the 2026 API offers one student, wherever it is. Only a failure to get an answer rejects. */
export interface JobEndpoint {
  submit(config: TrainingConfig): Promise<SubmitAnswer>;
  /** Seconds spent or reserved. */
  used(): Promise<number>;
  /** Every job, the oldest first. */
  experiments(): Promise<readonly Experiment[]>;
  experiment(id: number): Promise<Experiment | undefined>;
  finalSubmission(): Promise<StoredFinal | null>;
  /** Replaces the one before. */
  submitFinal(submission: FinalSubmission): Promise<StoredFinal>;
  /** The endpoint's time of day at its last answer, in milliseconds since 1970; undefined where it does not say. */
  now(): number | undefined;
}

/** What the client of a proxy is answered to a submission; `used` are the student's seconds before or after it. */
export type ProxiedSubmission =
  | { readonly outcome: "accepted"; readonly id: number; readonly used: number }
  | { readonly outcome: "insufficient"; readonly used: number }
  | { readonly outcome: "duplicate" }
  | { readonly outcome: "invalid"; readonly message: string };

/** The 2026 API as one student sees it through a proxy. */
export interface ProxiedJobs {
  submit(config: TrainingConfig): Promise<ProxiedSubmission>;
  used(): Promise<number>;
  experiments(): Promise<readonly Experiment[]>;
  finalSubmission(): Promise<StoredFinal | null>;
  submitFinal(submission: FinalSubmission): Promise<StoredFinal>;
}
