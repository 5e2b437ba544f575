import { plannedTokens } from "../../law/runtime.ts";
import type { Run } from "../../task/configuration.ts";
import { UserError } from "../../task/errors.ts";
import { configurationText, type FinalSubmission } from "../../task/stanford-2026/configuration.ts";
import { finalSubmissionOf } from "../../task/stanford-2026/job.ts";
import type { Submission } from "../../task/submission.ts";
import type { JobEndpoint } from "../../training-api/stanford-2026/job-endpoint.ts";
import type { JobPort } from "../../training-api/stanford-2026/job-port.ts";
import type { LiveOptions, LiveResult } from "../live-run.ts";
import { type Plan, planStream } from "../plan.ts";
import { type JournaledJobs, type JournaledJobsOptions, journaledJobs } from "./journaled-jobs.ts";
import { clockOf, playPlan } from "./play-plan.ts";
import type { JobRecord } from "./record.ts";

export type LiveJobsOptions = LiveOptions & Omit<JournaledJobsOptions, "allowance">;

export interface LiveJobsResult extends LiveResult {
  /** Why the plan ended early, where it says so. */
  readonly note?: string;
  /** The journaled endpoint, to send a final submission to. */
  readonly jobs: JournaledJobs;
}

/**
 * Runs a plan of jobs against an endpoint that costs seconds, or resumes it: the plan starts from its beginning, and the
 * journal answers what it has; jobs that were under way are waited for. The account is read before the first job and
 * after the last.
 *
 * @throws EndpointError, Contradiction (journaled-jobs.ts); UserError when the plan asks otherwise than the journal has it,
 * before anything is sent.
 */
export async function liveJobs(options: LiveJobsOptions): Promise<LiveJobsResult> {
  const { plan, strategy, journal, allowance, onRun } = options;
  clockOf(plan);
  const done = journal.records.findLast((record) => record.kind === "done");
  const journaled = submittedConfigs(journal.records);
  const jobs = journaledJobs({
    ...options,
    endpoint: done ? finishedEndpoint(options.endpoint) : options.endpoint,
    allowance: () => Math.min(plan.task.cap, allowance),
  });
  if (!done) await jobs.reconcile();
  const ended = endedJobs(journal.records);
  const runs: Run[] = [];
  const played = await playPlan(plan, strategy, inOrder(jobs, journaled, journal.file), {
    stream: planStream(plan),
    onRun(run, query, spent) {
      runs.push(run);
      onRun?.(run, query, { spent, resumed: runs.length <= ended, runs });
    },
  });
  const { submission, spent } = played;
  if (!done) {
    await jobs.reconcile();
    journal.append({ kind: "done", submission, spent });
  }
  return { ...played, resumed: Math.min(ended, runs.length), jobs };
}

/** What a plan submits in the end, as the endpoint takes it; without tokens, with those that are expected to fit. */
export function finalOf(submission: Submission, plan: Plan): FinalSubmission {
  const { config } = submission;
  const { tokens = plannedTokens(config, clockOf(plan)) } = config;
  return finalSubmissionOf({ ...submission, config: { ...config, tokens } });
}

/** How many jobs were over when a session began; one that was given up may have ended since. */
function endedJobs(records: readonly JobRecord[]): number {
  const ids = records.flatMap((record) => (record.kind === "ended" || record.kind === "given-up" ? [record.id] : []));
  return new Set(ids).size;
}

/** The texts of the jobs of a journal, in the order first submitted or adopted. */
function submittedConfigs(records: readonly JobRecord[]): readonly string[] {
  const texts = new Set<string>();
  for (const record of records)
    if (record.kind === "submit" || record.kind === "accepted" || record.kind === "refused") texts.add(record.config);
  return [...texts];
}

/** Compares the jobs of a plan with those of the journal: a strategy that asks otherwise must not go on spending. */
function inOrder(jobs: JournaledJobs, journaled: readonly string[], file: string): JobPort {
  const asked = new Set<string>();
  return {
    ...jobs,
    async submit(config, reason) {
      const text = configurationText(config);
      const expected = journaled[asked.size];
      if (!asked.has(text) && expected !== undefined && expected !== text)
        throw new UserError(
          `job ${asked.size + 1} of the plan is ${text}, but the journal "${file}" has ${expected}: after the same answers it ` +
            "asks something else, so it cannot be resumed. Nothing was sent. Give --journal a new file: jobs that ran are reused",
        );
      asked.add(text);
      return jobs.submit(config, reason);
    },
  };
}

/** The endpoint of a flight that is done: nothing may be asked of it but what concerns the final submission. */
function finishedEndpoint(endpoint: JobEndpoint): JobEndpoint {
  const fail = async (): Promise<never> => {
    throw new UserError(
      "the journal says that this run is done, but the plan asks for more: give --journal a new file",
    );
  };
  return {
    submit: fail,
    used: fail,
    experiments: fail,
    experiment: fail,
    finalSubmission: () => endpoint.finalSubmission(),
    submitFinal: (submission) => endpoint.submitFinal(submission),
    now: () => undefined,
  };
}
