import { isDeepStrictEqual } from "node:util";
import { settledSeconds } from "../../task/stanford-2026/budget.ts";
import { configurationText, type TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import type { Experiment } from "../../training-api/stanford-2026/jobs.ts";
import { type EndedStatus, type JobRecord, recordedConfig } from "./record.ts";

/** A job of a flight, as far as its journal knows it. */
export interface KnownJob {
  readonly config: TrainingConfig;
  /** Whether it was sent, so that the flight may have paid for it. */
  sent: boolean;
  /** Sent, and neither answered nor found among the experiments yet. */
  inDoubt: boolean;
  id?: number;
  queuedAt?: number;
  ended?: EndedStatus;
  /** As it was when it was given up. */
  givenUp?: Omit<Experiment, "config">;
  /** Why the API does not take it. */
  invalid?: string;
  /** What was said each time that its seconds did not fit. */
  readonly refusals: string[];
}

/** The jobs of a flight by the text that identifies them, in the order first submitted. */
export type KnownJobs = Map<string, KnownJob>;

/** What a journal says of its jobs. A line that a crash cut short hides nothing: its job was not sent yet. */
export function knownJobsOf(records: readonly JobRecord[]): KnownJobs {
  const jobs: KnownJobs = new Map();
  const byId = new Map<number, KnownJob>();
  for (const record of records) {
    if (record.kind === "submit") {
      const job = jobFor(jobs, record.config);
      job.sent = job.inDoubt = true;
    } else if (record.kind === "accepted") {
      const job = jobFor(jobs, record.config);
      Object.assign(job, { id: record.id, inDoubt: false });
      byId.set(record.id, job);
    } else if (record.kind === "refused") {
      const job = jobFor(jobs, record.config);
      job.sent = job.inDoubt = false;
      if (record.status === "invalid") job.invalid = record.message;
      else job.refusals.push(record.message);
    } else if (record.kind === "ended") {
      const { status, queuedAt } = record;
      Object.assign(byId.get(record.id) ?? {}, { ended: status, queuedAt });
    } else if (record.kind === "given-up") Object.assign(byId.get(record.id) ?? {}, { givenUp: record.experiment });
  }
  return jobs;
}

function jobFor(jobs: KnownJobs, text: string): KnownJob {
  const known = jobs.get(text);
  if (known) return known;
  const job = newJob(recordedConfig(text));
  jobs.set(text, job);
  return job;
}

/** A job that nothing is known of. */
export function newJob(config: TrainingConfig): KnownJob {
  return { config, sent: false, inDoubt: false, refusals: [] };
}

/** Seconds that a flight's own jobs have cost so far or may still cost: one in doubt counts as reserved. */
export function secondsOf(jobs: KnownJobs): number {
  let sum = 0;
  for (const job of jobs.values()) if (job.sent) sum += chargeOf(job.config, job.ended);
  return sum;
}

/** What a job counts in its student's budget: what it reserved, and once it has ended what it used. */
export function chargeOf(config: TrainingConfig, ended: EndedStatus | undefined): number {
  return ended ? settledSeconds(ended.usedSeconds, config.max_runtime_seconds) : config.max_runtime_seconds;
}

/** The seconds that a list of experiments adds up to. */
export function listedSeconds(experiments: readonly Experiment[]): number {
  return experiments.reduce(
    (sum, { config, status }) => sum + chargeOf(config, status.type === "ended" ? status : undefined),
    0,
  );
}

/** Where a list of experiments contradicts what is known of the jobs; undefined when it does not. */
export function contradictionOf(jobs: KnownJobs, listed: readonly Experiment[]): string | undefined {
  const byId = new Map(listed.map((experiment) => [experiment.id, experiment]));
  for (const [text, { id, ended }] of jobs) {
    if (id === undefined) continue;
    const experiment = byId.get(id);
    if (!experiment) return `the journal has experiment ${id}; the endpoint's /experiments does not list it`;
    const stated = configurationText(experiment.config);
    if (stated !== text) return `the journal has experiment ${id} as ${text}; the endpoint's /experiments as ${stated}`;
    if (ended && !isDeepStrictEqual(ended, experiment.status))
      return `the journal has experiment ${id} as ${JSON.stringify(ended)}; the endpoint's /experiments as ${JSON.stringify(experiment.status)}`;
  }
  return undefined;
}
