import { setTimeout } from "node:timers/promises";
import {
  configurationText,
  type FinalSubmission,
  type TrainingConfig,
} from "../../task/stanford-2026/configuration.ts";
import { EndpointError, withRetries } from "../../training-api/request.ts";
import type { JobEndpoint, StoredFinal } from "../../training-api/stanford-2026/job-endpoint.ts";
import type { JobPort, JobSubmission } from "../../training-api/stanford-2026/job-port.ts";
import type { Experiment } from "../../training-api/stanford-2026/jobs.ts";
import type { Journal } from "../journal/journal.ts";
import { Contradiction } from "../known-account.ts";
import {
  chargeOf,
  contradictionOf,
  type KnownJob,
  type KnownJobs,
  knownJobsOf,
  listedSeconds,
  newJob,
  secondsOf,
} from "./known-jobs.ts";
import type { JobOrigin, JobRecord } from "./record.ts";
import { type WaitOptions, waitForJobs } from "./wait-for-jobs.ts";

export interface JournaledJobsOptions extends WaitOptions {
  /** The endpoint, one attempt to the call of `submit`; reading may try again by itself. */
  readonly endpoint: JobEndpoint;
  readonly journal: Journal<JobRecord>;
  /** Seconds that the jobs sent by this journal may cost in all, reservations counted. */
  readonly allowance: () => number;
  /** Attempts after the first that got no answer. @defaultValue 4 */
  readonly retries?: number;
  /** Milliseconds of the first pause between attempts. @defaultValue 500 */
  readonly pauseMs?: number;
}

/** The jobs of an endpoint that never submits one twice, with what its journal knows of them. */
export interface JournaledJobs extends JobPort {
  readonly jobs: KnownJobs;
  /** Reads what the student has used and submitted, and compares it with the journal. Throws a Contradiction. */
  reconcile(): Promise<void>;
  /** Every experiment of the student, as last compared with the journal. */
  experiments(): Promise<readonly Experiment[]>;
  finalSubmission(): Promise<StoredFinal | null>;
  /** Sends a final submission, unless the endpoint has an equal one. */
  submitFinal(submission: FinalSubmission): Promise<StoredFinal>;
}

/** Readings of the account until one is not disturbed by a job that ends in between. */
const READINGS = 5;

/**
 * Puts a journal between a client and the jobs of an endpoint, which cost seconds. A submission is on the disk before it is
 * sent. One that got no answer is looked for among the experiments before it is sent again; a refusal as a duplicate is
 * resolved in the same way. So there is never a second reservation for one configuration. Above the allowance nothing
 * is sent. Submissions are sent one at a time.
 *
 * @throws EndpointError when the endpoint gives no answer, Contradiction when it contradicts the journal or itself; what
 * was answered until then is in the journal, and the same calls go on from there.
 */
export function journaledJobs(options: JournaledJobsOptions): JournaledJobs {
  const { endpoint, journal, allowance, signal, retries = 4, pauseMs = 500 } = options;
  const retrying = { retries, pauseMs, ...(signal ? { signal } : {}) };
  const jobs = knownJobsOf(journal.records);
  const byId = new Map([...jobs.values()].flatMap((job) => (job.id === undefined ? [] : [[job.id, job] as const])));
  /** By the text that identifies them: experiments that are no job of this journal yet. */
  const others = new Map<string, Experiment>();
  /** What was refused in earlier sessions, to be said again as often: the plan must get the same answers. */
  const refusals = new Map([...jobs.values()].map((job) => [job, [...job.refusals]]));
  /** The jobs that this session's client knows of. */
  const asked = new Set<KnownJob>();

  const stop = (reason: string): Contradiction => {
    journal.append({ kind: "stopped", reason });
    return new Contradiction(reason);
  };

  const jobFor = (config: TrainingConfig): KnownJob => {
    const text = configurationText(config);
    const job = jobs.get(text) ?? newJob(config);
    jobs.set(text, job);
    return job;
  };

  const accept = (job: KnownJob, id: number, from: JobOrigin): void => {
    journal.append({ kind: "accepted", config: configurationText(job.config), id, from });
    Object.assign(job, { id, inDoubt: false });
    byId.set(id, job);
  };

  /** Takes in a list of experiments. Throws a Contradiction. */
  const absorb = (listed: readonly Experiment[]): void => {
    const problem = contradictionOf(jobs, listed);
    if (problem !== undefined) throw stop(problem);
    others.clear();
    for (const experiment of listed) {
      const text = configurationText(experiment.config);
      const known = byId.get(experiment.id) ?? jobs.get(text);
      if (known?.inDoubt && known.id === undefined) accept(known, experiment.id, "experiments");
      if (known?.id === undefined) others.set(text, experiment);
      else settle(known, experiment);
    }
  };

  const settle = (job: KnownJob, { id, queuedAt, status }: Experiment): void => {
    if (job.ended || status.type !== "ended") return;
    journal.append({ kind: "ended", id, queuedAt, status });
    Object.assign(job, { ended: status, queuedAt });
  };

  const look = async (): Promise<readonly Experiment[]> => {
    const listed = await endpoint.experiments();
    absorb(listed);
    return listed;
  };

  const reconcile = async (): Promise<void> => {
    let stated = { used: 0, listed: 0 };
    for (let reading = 0; reading < READINGS; reading++) {
      const before = await endpoint.experiments();
      const used = await endpoint.used();
      const after = await look();
      stated = { used, listed: listedSeconds(after) };
      if (Math.abs(used - stated.listed) > 1e-6) {
        // A job that ended between the readings explains a difference.
        if (listedSeconds(before) !== stated.listed) reading--;
        await setTimeout(pauseMs, undefined, signal ? { signal } : {});
        continue;
      }
      journal.append({ kind: "account", used, ids: after.map(({ id }) => id) });
      return;
    }
    throw stop(
      `the endpoint's /budget says that ${stated.used} seconds are used; its /experiments add up to ${stated.listed}`,
    );
  };

  /** What is known of a job without sending it. */
  const known = (job: KnownJob): JobSubmission | undefined => {
    if (job.id === undefined) {
      const listed = others.get(configurationText(job.config));
      if (listed) {
        accept(job, listed.id, "experiments");
        settle(job, listed);
      }
    }
    if (job.id !== undefined) return { outcome: job.sent ? "accepted" : "duplicate", id: job.id };
    return job.invalid === undefined ? undefined : { outcome: "invalid", message: job.invalid };
  };

  const refuse = (job: KnownJob, status: "insufficient" | "invalid", message: string): JobSubmission => {
    journal.append({ kind: "refused", config: configurationText(job.config), status, message });
    job.sent = job.inDoubt = false;
    if (status === "invalid") job.invalid = message;
    else job.refusals.push(message);
    return { outcome: status, message };
  };

  const send = async (job: KnownJob, reason: string | undefined): Promise<JobSubmission> => {
    const config = configurationText(job.config);
    journal.append({ kind: "submit", config, ...(reason === undefined ? {} : { reason }) });
    Object.assign(job, { sent: true, inDoubt: true });
    const answer = await endpoint.submit(job.config).catch((error: unknown) => {
      if (error instanceof EndpointError) journal.append({ kind: "no-answer", config, reason: error.message });
      throw error;
    });
    if (answer.outcome === "accepted") {
      accept(job, answer.id, "endpoint");
      return { outcome: "accepted", id: answer.id };
    }
    if (answer.outcome === "invalid") return refuse(job, "invalid", answer.message);
    // The budget is checked before duplicates: an earlier attempt may have been stored all the same.
    await look();
    const found = known(job);
    if (found) return found;
    if (answer.outcome === "duplicate")
      throw new EndpointError(
        `the endpoint has an experiment with this configuration, and /experiments does not list it: ${config}`,
        true,
      );
    const { max_runtime_seconds: seconds } = job.config;
    return refuse(job, "insufficient", `insufficient budget: ${seconds} s do not fit, ${answer.used} s are used`);
  };

  const submit = async (config: TrainingConfig, reason: string | undefined): Promise<JobSubmission> => {
    const job = jobFor(config);
    asked.add(job);
    let attempts = 0;
    const attempt = async (): Promise<JobSubmission> => {
      if (job.inDoubt || attempts++ > 0) await look();
      const answer = known(job);
      if (answer) return answer;
      const earlier = refusals.get(job)?.shift();
      if (earlier !== undefined) return { outcome: "insufficient", message: earlier };
      const seconds = config.max_runtime_seconds;
      const before = secondsOf(jobs) - (job.sent ? seconds : 0);
      if (before + seconds <= allowance()) return send(job, reason);
      const message = `${seconds} s do not fit into the ${allowance()} s that were allowed: ${before} s are spent or reserved`;
      return refuse(job, "insufficient", message);
    };
    return withRetries(attempt, retrying);
  };

  const shown = (id: number): Experiment => {
    const { config, ended, queuedAt = 0, givenUp } = byId.get(id) as KnownJob;
    // Given up once, given up for good: a strategy that is resumed must get the same answer.
    return givenUp ? { ...givenUp, config } : { id, config, queuedAt, status: ended as NonNullable<typeof ended> };
  };
  const isOver = (id: number): boolean => {
    const job = byId.get(id);
    return job?.givenUp !== undefined || job?.ended !== undefined;
  };
  const giveUp = ({ config: _, ...experiment }: Experiment): void => {
    journal.append({ kind: "given-up", id: experiment.id, experiment });
    Object.assign(byId.get(experiment.id) as KnownJob, { givenUp: experiment });
  };

  const ended = async (ids: readonly number[]): Promise<readonly Experiment[]> => {
    const isKnown = (id: number) => byId.has(id);
    await waitForJobs(ids, { ...options, look, isKnown, isOver, giveUp });
    return ids.map(shown);
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    source: journal.header.endpoint.source,
    jobs,
    reconcile,
    experiments: look,
    async used() {
      // Not what the endpoint says now, which a resumption would find otherwise: what it said before the first job.
      let used = usedBefore(journal);
      for (const job of asked) if (job.sent) used += chargeOf(job.config, job.givenUp ? undefined : job.ended);
      return used;
    },
    ended,
    submit(config, reason) {
      const answer = last.then(() => submit(config, reason));
      last = answer.catch(() => undefined);
      return answer;
    },
    finalSubmission: () => endpoint.finalSubmission(),
    async submitFinal(submission) {
      const text = configurationText(submission);
      const stored = await endpoint.finalSubmission();
      if (stored && textOf(stored) === text) return stored;
      journal.append({ kind: "final", submission: text });
      const answer = await endpoint.submitFinal(submission);
      if (textOf(answer) !== text)
        throw stop(`the final submission ${text} was sent; the endpoint stored ${textOf(answer)}`);
      journal.append({ kind: "final-stored", submission: text, submittedAt: answer.submitted_at });
      return answer;
    },
  };
}

/** Seconds that were used when the journal was begun. */
function usedBefore({ records }: Journal<JobRecord>): number {
  const first = records.find((record) => record.kind === "account");
  return first?.kind === "account" ? first.used : 0;
}

/** A stored final submission as the API identifies it. */
function textOf({ submitted_at: _, ...stored }: StoredFinal): string {
  return configurationText(stored);
}
