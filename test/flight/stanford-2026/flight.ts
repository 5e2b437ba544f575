import { join } from "node:path";
import { openJournal } from "../../../src/flight/journal/journal.ts";
import type { JournalHeader } from "../../../src/flight/journal/record.ts";
import {
  type JournaledJobs,
  type JournaledJobsOptions,
  journaledJobs,
} from "../../../src/flight/stanford-2026/journaled-jobs.ts";
import { listedSeconds } from "../../../src/flight/stanford-2026/known-jobs.ts";
import type { JobRecord } from "../../../src/flight/stanford-2026/record.ts";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import { BUDGET_SECONDS } from "../../../src/task/stanford-2026/budget.ts";
import { configurationText, type TrainingConfig } from "../../../src/task/stanford-2026/configuration.ts";
import { EndpointError } from "../../../src/training-api/request.ts";
import { type JobFaults, NO_JOB_FAULTS } from "../../../src/training-api/stanford-2026/course.ts";
import type { JobEndpoint, StoredFinal, SubmitAnswer } from "../../../src/training-api/stanford-2026/job-endpoint.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";
import { type Experiment, type JobLedger, TrainingJobs } from "../../../src/training-api/stanford-2026/jobs.ts";
import { world } from "../../mock-server/stanford-2026/server.ts";
import { config } from "../../surface/stanford-2026/configs.ts";
import { folder, writeFast } from "../flight.ts";

export { folder, writeFast };

const STUDENT = "student";
export const header: Pick<JournalHeader, "edition" | "endpoint" | "key"> = {
  edition: "stanford-2026",
  endpoint: { url: "http://127.0.0.1:1/", source: "simulated" },
  key: "ab".repeat(32),
};

/** Ways in which one submission goes wrong. After the first two the job is stored all the same. */
export const MISHAPS = ["lost after storing", "late", "lost before", "refused for now", "none"] as const;
export type Mishap = (typeof MISHAPS)[number];

/** The cluster in this process, over a wire that loses answers. Every look at it takes some seconds of its clock. */
export class Cluster implements JobEndpoint {
  readonly ledger: JobLedger = new MemoryLedger(SECOND_JOBS);
  readonly sent: string[] = [];
  readonly jobs: TrainingJobs;
  schedule: Mishap[] = [];
  lies: { used?: (used: number) => number; experiments?: (listed: readonly Experiment[]) => readonly Experiment[] } =
    {};
  finals: StoredFinal[] = [];
  #now = 1_777_000_000_000_000;
  #late: TrainingConfig[] = [];
  readonly #step: number;

  constructor(faults: JobFaults = NO_JOB_FAULTS, secondsPerLook = 20) {
    this.#step = secondsPerLook * 1e6;
    this.jobs = new TrainingJobs({ world, ledger: this.ledger, repetition: 0, faults, now: () => this.#now });
  }

  /** Lets every job end. */
  finish(): void {
    this.#now = Math.max(this.#now, this.jobs.runUntilIdle() ?? 0);
  }

  async submit(job: TrainingConfig): Promise<SubmitAnswer> {
    const mishap = this.schedule.shift() ?? "none";
    this.sent.push(configurationText(job));
    if (mishap === "lost before") throw new EndpointError("no answer", true);
    if (mishap === "refused for now") throw new EndpointError("answered 503", true);
    // It reaches the server only after the client has looked for it.
    if (mishap === "late") this.#late.push(job);
    const submitted = mishap === "late" ? undefined : this.jobs.submit(STUDENT, job);
    if (mishap !== "none" || !submitted) throw new EndpointError("no answer", true);
    return submitted;
  }

  async used(): Promise<number> {
    const used = this.jobs.used(STUDENT);
    return this.lies.used?.(used) ?? used;
  }

  async experiments(): Promise<readonly Experiment[]> {
    this.#now += this.#step;
    const listed = this.jobs.experiments(STUDENT);
    for (const late of this.#late.splice(0)) this.jobs.submit(STUDENT, late);
    return this.lies.experiments?.(listed) ?? listed;
  }

  async experiment(id: number): Promise<Experiment | undefined> {
    return this.jobs.experiment(STUDENT, id);
  }

  async finalSubmission(): Promise<StoredFinal | null> {
    return this.finals.at(-1) ?? null;
  }

  async submitFinal(submission: Omit<StoredFinal, "submitted_at">): Promise<StoredFinal> {
    this.finals.push({ ...submission, submitted_at: "2026-05-04T20:53:36Z" });
    return this.finals.at(-1) as StoredFinal;
  }

  now(): number {
    return this.#now / 1000;
  }

  /** Seconds that the server counts, and those that its experiments add up to. */
  books(): { readonly jobs: number; readonly used: number; readonly listed: number } {
    const experiments = this.jobs.experiments(STUDENT);
    return { jobs: experiments.length, used: this.jobs.used(STUDENT), listed: listedSeconds(experiments) };
  }
}

/** Five different jobs: one ends in time, one times out, one does not fit in memory. */
export const JOBS: readonly TrainingConfig[] = [
  config(),
  config({ seconds: 5 }),
  config({ width: 16_384, intermediate: 65_536 }),
  config({ seed: 3 }),
  config({ width: 768, seconds: 200 }),
];

/** Opens the journal over an endpoint for as long as `work` takes. */
export async function journaled<T>(
  file: string,
  endpoint: JobEndpoint,
  work: (jobs: JournaledJobs) => Promise<T>,
  options: Partial<JournaledJobsOptions> & { readonly write?: typeof writeFast } = {},
): Promise<T> {
  const { write = writeFast, ...others } = options;
  const journal = openJournal<JobRecord>(file, header, { write });
  try {
    return await work(
      journaledJobs({ endpoint, journal, allowance: () => BUDGET_SECONDS, pauseMs: 0, pollMs: [0, 0], ...others }),
    );
  } finally {
    journal.close();
  }
}

/** Submits jobs all at once, and waits for them. */
export async function play(
  jobs: JournaledJobs,
  configs: readonly TrainingConfig[] = JOBS,
): Promise<readonly Experiment[]> {
  await jobs.reconcile();
  const ids: number[] = [];
  for (const each of configs) {
    const submitted = await jobs.submit(each);
    if ("id" in submitted) ids.push(submitted.id);
  }
  const ended = await jobs.ended(ids);
  await jobs.reconcile();
  return ended;
}

/** What was answered, without ids and times: those depend on when a job was submitted. */
export function answers(experiments: readonly Experiment[]): readonly object[] {
  return experiments.map(({ config: job, status }) => {
    const { usedSeconds, losses, failure } = status.type === "ended" ? status : ({} as never);
    return { job, usedSeconds, losses, failure };
  });
}

/** The result of the jobs without a fault or a journal. */
export async function uninterrupted(): Promise<{ answers: readonly object[]; books: ReturnType<Cluster["books"]> }> {
  const cluster = new Cluster();
  for (const job of JOBS) await cluster.submit(job);
  cluster.finish();
  return { answers: answers(await cluster.experiments()), books: cluster.books() };
}

export const journalFile = (): string => join(folder(), "journal.jsonl");
