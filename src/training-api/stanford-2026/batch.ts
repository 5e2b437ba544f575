import type { TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import type { JobPort, JobSubmission } from "./job-port.ts";
import type { Experiment } from "./jobs.ts";

/** A job to submit, and why. */
export interface PlannedJob {
  readonly config: TrainingConfig;
  readonly reason?: string | undefined;
}

/** What came of a job: how it ended, or why it was not accepted. */
export type JobOutcome = Experiment | Extract<JobSubmission, { readonly message: string }>;

/** Whether a job was accepted. */
export function isAccepted(outcome: JobOutcome): outcome is Experiment {
  return "status" in outcome;
}

export interface BatchOptions {
  /** Jobs that may be under way at once. */
  readonly atOnce: number;
  /** Submit nothing after a job that does not fit although nothing is under way. @defaultValue false */
  readonly endAtRefusal?: boolean;
}

/**
 * Submits jobs in their order as far as reservations allow, the rest once those under way have ended; returns what came of
 * each, in order, once all have ended.
 */
export async function runBatch(
  port: JobPort,
  jobs: readonly PlannedJob[],
  { atOnce, endAtRefusal = false }: BatchOptions,
): Promise<readonly JobOutcome[]> {
  const submitted: JobSubmission[] = [];
  let underWay: number[] = [];
  const settle = async () => {
    await port.ended(underWay);
    underWay = [];
  };
  for (const { config, reason } of jobs) {
    const before = submitted.at(-1);
    if (endAtRefusal && before?.outcome === "insufficient") {
      submitted.push({ outcome: "insufficient", message: "not submitted: one before it did not fit the budget" });
      continue;
    }
    if (underWay.length >= atOnce) await settle();
    let next = await port.submit(config, reason);
    if (next.outcome === "insufficient" && underWay.length > 0) {
      await settle();
      next = await port.submit(config, reason);
    }
    if ("id" in next) underWay.push(next.id);
    submitted.push(next);
  }
  const ids = submitted.flatMap((each) => ("id" in each ? [each.id] : []));
  const ended = new Map((await port.ended(ids)).map((experiment) => [experiment.id, experiment]));
  return submitted.map((each) => ("id" in each ? (ended.get(each.id) as Experiment) : each));
}
