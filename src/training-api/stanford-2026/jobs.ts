import type { Fingerprint, Ledger } from "../../ledger/ledger.ts";
import { hashText, hashWord, uniform } from "../../surface/hash.ts";
import type { JobWorld } from "../../surface/stanford-2026/build-world.ts";
import { fitsBudget, settledSeconds } from "../../task/stanford-2026/budget.ts";
import type { TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import { courseOf, type JobCourse, type JobFaults } from "./course.ts";
import { type AcceptedJob, type JobResult, SECONDS_CAP } from "./job-record.ts";
import { JobQueue, type Waiting } from "./queue.ts";

/** The ledger of jobs that cost seconds. */
export type JobLedger = Ledger<AcceptedJob, JobResult, number>;

/** What came of submitting a job; `before` and `used` are the student's seconds before and afterwards. */
export type Submitted =
  | { readonly outcome: "accepted"; readonly id: number; readonly before: number; readonly used: number }
  | { readonly outcome: "insufficient"; readonly used: number }
  | { readonly outcome: "duplicate" };

/** A job as its student sees it. Times are whole microseconds since 1970. */
export interface Experiment {
  readonly id: number;
  readonly config: TrainingConfig;
  readonly queuedAt: number;
  readonly status: JobStatus;
}

export type JobStatus =
  | { readonly type: "queued" }
  | {
      readonly type: "running";
      readonly dispatchedAt: number;
      readonly runId: string;
      readonly losses: readonly number[];
    }
  | ({ readonly type: "ended"; readonly runId: string } & JobResult);

/** What a worker reports of the end of its run. */
export type ReportedEnd = Pick<JobResult, "usedSeconds" | "losses" | "failure">;

export interface TrainingJobsOptions {
  readonly world: JobWorld;
  readonly ledger: JobLedger;
  /** Which fixed draw of the noise. */
  readonly repetition: number;
  readonly faults: JobFaults;
  /** The clock, in whole microseconds; never runs backwards. */
  readonly now: () => number;
}

interface Job extends Waiting {
  readonly accepted: AcceptedJob;
  readonly runId: string;
  course?: JobCourse;
  dispatchedAt?: number;
  /** When it ends unless a worker reports. */
  endsAt: number;
  result?: JobResult;
  /** The losses that a real worker has reported: from its first report on, the simulated one is out. */
  reported?: readonly number[];
  /** The losses computed so far. */
  readonly computed: number[];
}

/**
 * The cluster of the 2026 edition: students submit jobs, which wait, run and end. Nothing happens by itself: whenever it
 * is asked, it brings everything up to the clock. What was accepted is in the ledger; all the rest follows from it, so that
 * a server that was killed goes on where it was.
 */
export class TrainingJobs {
  readonly #options: TrainingJobsOptions;
  readonly #jobs = new Map<number, Job>();
  readonly #running = new Set<Job>();
  #queue = new JobQueue<Job>();
  #lastQueuedAt = 0;
  /** Whether a step failed to be stored, so that what is known here may not be in the ledger. */
  #isStale = false;

  constructor(options: TrainingJobsOptions) {
    this.#options = options;
    this.#load();
  }

  /** Accepts a job and reserves its seconds; in this order, it must fit the budget and be new. */
  submit(key: Fingerprint, config: TrainingConfig): Submitted {
    this.catchUp();
    const { ledger, now } = this.#options;
    return this.#stored((): Submitted => {
      const used = ledger.used(key) ?? 0;
      const reserved = config.max_runtime_seconds;
      if (!fitsBudget(reserved, used)) return { outcome: "insufficient", used };
      const job = { config, queuedAt: Math.max(now(), this.#lastQueuedAt + 1) };
      if (ledger.run(key, job)) return { outcome: "duplicate" };
      const reservation = ledger.reserve(key, job, reserved, SECONDS_CAP);
      const id = ledger.run(key, job)?.order as number;
      this.#add(key, id, job);
      return { outcome: "accepted", id, before: used, used: reservation.used };
    });
  }

  /** Seconds that a student has spent or reserved. */
  used(key: Fingerprint): number {
    this.catchUp();
    return this.#options.ledger.used(key) ?? 0;
  }

  /** A student's jobs, the oldest first. */
  experiments(key: Fingerprint): Experiment[] {
    this.catchUp();
    return [...this.#jobs.values()].filter((job) => job.key === key).map((job) => this.#shown(job));
  }

  experiment(key: Fingerprint, id: number): Experiment | undefined {
    this.catchUp();
    const job = this.#jobs.get(id);
    return job?.key === key ? this.#shown(job) : undefined;
  }

  /** Whether there is a job with this id, of any key. */
  has(id: number): boolean {
    return this.#jobs.has(id);
  }

  /** A worker's losses so far; without any, that it is there. Ignored unless it is the run of this job. */
  report(id: number, runId: unknown, losses: readonly number[] | undefined): void {
    this.catchUp();
    const job = this.#jobs.get(id);
    if (!job || job.runId !== runId || !this.#isRunning(job)) return;
    job.reported = losses ?? job.reported ?? [];
    job.endsAt = Infinity;
    this.#stored(() => this.#options.ledger.setNote(reportNote(id), JSON.stringify(job.reported)));
  }

  /** A worker's end of a job; false when the job is not running. */
  finish(id: number, end: ReportedEnd): boolean {
    this.catchUp();
    const job = this.#jobs.get(id);
    if (!job || !this.#isRunning(job)) return false;
    const result = { ...end, dispatchedAt: job.dispatchedAt as number, endedAt: this.#options.now() };
    this.#stored(() => this.#end(job, result));
    return true;
  }

  /** Brings everything up to the clock. */
  catchUp(): void {
    this.#advance(this.#options.now());
  }

  /** Lets every job end; returns when the last one did, in microseconds, or undefined when none was left. */
  runUntilIdle(): number | undefined {
    return this.#advance(Infinity);
  }

  #load(): void {
    const { ledger } = this.#options;
    this.#jobs.clear();
    this.#running.clear();
    this.#queue = new JobQueue();
    const stored = ledger.keys().flatMap((key) => ledger.runs(key).map((run) => ({ key, ...run })));
    for (const { key, order, config, result } of stored.toSorted((a, b) => a.order - b.order)) {
      const job = this.#add(key, order, config);
      if (result !== undefined) job.result = result;
      const reported = ledger.note(reportNote(order));
      if (reported !== undefined) job.reported = JSON.parse(reported) as number[];
    }
    this.#isStale = false;
  }

  /** Runs `work` as one step of the ledger. */
  #stored<T>(work: () => T): T {
    try {
      return this.#options.ledger.atomically(work);
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
  }

  #add(key: Fingerprint, id: number, accepted: AcceptedJob): Job {
    const { queuedAt } = accepted;
    this.#lastQueuedAt = Math.max(this.#lastQueuedAt, queuedAt);
    const runId = runIdOf(this.#options.world.document.seed, id, queuedAt);
    const job: Job = { id, key, queuedAt, accepted, runId, endsAt: Infinity, computed: [] };
    this.#jobs.set(id, job);
    this.#queue.add(job);
    return job;
  }

  /** Dispatches and ends jobs in the order of time up to `limit`; returns when the last of it happened. */
  #advance(limit: number): number | undefined {
    if (this.#isStale) this.#load();
    if (this.#nextAt() > limit || this.#nextAt() === Infinity) return undefined;
    return this.#stored(() => {
      let last = 0;
      for (let at = this.#nextAt(); at <= limit && at < Infinity; at = this.#nextAt()) {
        const ending = this.#firstToEnd();
        if (ending?.endsAt === at) this.#endSimulated(ending);
        else for (const job of this.#queue.dispatch(at)) this.#start(job, at);
        last = at;
      }
      return last;
    });
  }

  #nextAt(): number {
    return Math.min(this.#queue.nextTick() ?? Infinity, this.#firstToEnd()?.endsAt ?? Infinity);
  }

  #firstToEnd(): Job | undefined {
    let first: Job | undefined;
    for (const job of this.#running) if (job.endsAt < (first?.endsAt ?? Infinity)) first = job;
    return first;
  }

  #start(job: Job, tick: number): void {
    const { world, repetition, faults } = this.#options;
    this.#running.add(job);
    if (job.result) {
      job.dispatchedAt = job.result.dispatchedAt;
      job.endsAt = job.result.endedAt;
      return;
    }
    job.course = courseOf(world, job.accepted.config, repetition, faults);
    job.dispatchedAt = tick + micros(job.course.dispatchSeconds);
    if (!job.reported) job.endsAt = job.dispatchedAt + micros(job.course.endSeconds);
  }

  #endSimulated(job: Job): void {
    const { end } = job.course ?? {};
    if (job.result || !end) {
      this.#running.delete(job);
      this.#queue.end(job, job.endsAt);
      return;
    }
    const { usedSeconds } = end;
    const losses = end.kind === "unexpected" ? [] : this.#lossesUpTo(job, end.evaluations);
    const failure =
      end.kind === "unexpected"
        ? { kind: end.kind, text: end.failure }
        : end.kind === "timeout"
          ? { kind: end.kind }
          : undefined;
    const dispatchedAt = job.dispatchedAt as number;
    this.#end(job, { dispatchedAt, endedAt: job.endsAt, usedSeconds, losses, ...(failure && { failure }) });
  }

  #end(job: Job, result: JobResult): void {
    const { key, accepted } = job;
    const cost = settledSeconds(result.usedSeconds, accepted.config.max_runtime_seconds);
    this.#options.ledger.settle(key, accepted, result, cost);
    job.result = result;
    this.#running.delete(job);
    this.#queue.end(job, result.endedAt);
  }

  #isRunning(job: Job): boolean {
    return this.#running.has(job) && (job.dispatchedAt as number) <= this.#options.now();
  }

  #shown(job: Job): Experiment {
    const { id, queuedAt, runId, dispatchedAt, result } = job;
    const { config } = job.accepted;
    const now = this.#options.now();
    const shown = (status: JobStatus): Experiment => ({ id, config, queuedAt, status });
    // A stored job whose time has not come yet after all: another faults file may queue it differently.
    if (result) return shown({ type: "ended", runId, ...result });
    if (dispatchedAt === undefined || dispatchedAt > now) return shown({ type: "queued" });
    const done = job.course?.evaluationsAt((now - dispatchedAt) / 1e6) ?? 0;
    return shown({ type: "running", dispatchedAt, runId, losses: job.reported ?? this.#lossesUpTo(job, done) });
  }

  #lossesUpTo({ course, computed }: Job, count: number): readonly number[] {
    while (computed.length < count) computed.push(course?.lossAt(computed.length) ?? 0);
    return computed.slice(0, count);
  }
}

function reportNote(id: number): string {
  return `report/${id}`;
}

function micros(seconds: number): number {
  return Math.round(seconds * 1e6);
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** `fc-` and 26 characters of Crockford's base 32. */
function runIdOf(seed: number, id: number, queuedAt: number): string {
  const hash = hashText(hashWord(seed, id), `run ${queuedAt}`);
  const characters = Array.from({ length: 26 }, (_, i) => CROCKFORD[Math.floor(uniform(hash, i) * 32)]);
  return `fc-${characters.join("")}`;
}
