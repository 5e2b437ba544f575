import { parsePythonJson } from "../../task/python/json.ts";
import type { TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import { readTrainingConfig } from "../../task/stanford-2026/read.ts";
import type { Submission } from "../../task/submission.ts";
import type { Experiment, JobStatus } from "../../training-api/stanford-2026/jobs.ts";

/** Where a job's id came from: the answer to its submission, or the endpoint's list of experiments. */
export type JobOrigin = "endpoint" | "experiments";

/**
 * One thing that happened to jobs, in the order it happened; `at` is the time of day (ISO 8601). A `config` or
 * `submission` is the text that the API identifies it by.
 */
export type JobRecord = {
  readonly at: string;
} /** Seconds used and the ids of all experiments, as the endpoint states them. */ & (
  | { readonly kind: "account"; readonly used: number; readonly ids: readonly number[] }
  /** About to be sent. `reason`: why the plan asks for it. */
  | { readonly kind: "submit"; readonly config: string; readonly reason?: string }
  | { readonly kind: "no-answer"; readonly config: string; readonly reason: string }
  | { readonly kind: "accepted"; readonly config: string; readonly id: number; readonly from: JobOrigin }
  | {
      readonly kind: "refused";
      readonly config: string;
      readonly status: "insufficient" | "invalid";
      readonly message: string;
    }
  | { readonly kind: "ended"; readonly id: number; readonly queuedAt: number; readonly status: EndedStatus }
  /** Waited for long enough: it keeps its reservation and counts as failed from here on. */
  | { readonly kind: "given-up"; readonly id: number; readonly experiment: Omit<Experiment, "config"> }
  /** A final submission about to be sent, and its being stored. */
  | { readonly kind: "final"; readonly submission: string }
  | { readonly kind: "final-stored"; readonly submission: string; readonly submittedAt: string }
  /** A last line that a crash cut short was removed; this is what was left of it. */
  | { readonly kind: "torn"; readonly text: string }
  | { readonly kind: "stopped"; readonly reason: string }
  | { readonly kind: "done"; readonly submission: Submission; readonly spent: number }
);

export type EndedStatus = Extract<JobStatus, { readonly type: "ended" }>;

/** The configuration of a record. */
export function recordedConfig(text: string): TrainingConfig {
  const read = readTrainingConfig(parsePythonJson(text));
  if ("value" in read) return read.value;
  throw new Error(`a journaled configuration is not valid: ${read.errors[0]?.msg}`);
}
