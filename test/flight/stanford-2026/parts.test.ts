import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/flight/plan.ts";
import { isJobText, readJobList } from "../../../src/flight/stanford-2026/job-list.ts";
import { type JournaledJobs, journaledJobs } from "../../../src/flight/stanford-2026/journaled-jobs.ts";
import {
  contradictionOf,
  knownJobsOf,
  listedSeconds,
  secondsOf,
} from "../../../src/flight/stanford-2026/known-jobs.ts";
import { clockOf, jobListStrategy, plannedJobs } from "../../../src/flight/stanford-2026/play-plan.ts";
import { proxiedJobs } from "../../../src/flight/stanford-2026/proxied-jobs.ts";
import { type EndedStatus, type JobRecord, recordedConfig } from "../../../src/flight/stanford-2026/record.ts";
import { lostJobs } from "../../../src/flight/stanford-2026/wait-for-jobs.ts";
import { STANFORD_2025_TASK } from "../../../src/task/stanford-2025/task.ts";
import { configurationText, type TrainingConfig } from "../../../src/task/stanford-2026/configuration.ts";
import { STANFORD_2026_TASK } from "../../../src/task/stanford-2026/task.ts";
import { NO_JOB_FAULTS } from "../../../src/training-api/stanford-2026/course.ts";
import type { Experiment } from "../../../src/training-api/stanford-2026/jobs.ts";
import { config } from "../../surface/stanford-2026/configs.ts";
import { Cluster, header } from "./flight.ts";

const ended = (usedSeconds: number): EndedStatus =>
  ({ type: "ended", usedSeconds, losses: [], dispatchedAt: 1, endedAt: 2 }) as unknown as EndedStatus;
const experiment = (id: number, its: TrainingConfig, status: object): Experiment =>
  ({ id, config: its, queuedAt: 0, status }) as unknown as Experiment;

describe("a list of jobs", () => {
  const text = (...jobs: unknown[]) => JSON.stringify(jobs);

  it("is one job or several, as they are submitted or as they are listed", () => {
    const [one, two] = [config(), config({ seed: 2 })];
    expect(readJobList(JSON.stringify(one), "f")).toEqual([one]);
    expect(readJobList(text(one, { experiment_id: 3, training_config: two }), "f")).toEqual([one, two]);
    for (const other of ["N,C,loss", "[]", "{}", "5", text({ N: 1 }), text(5)])
      expect(readJobList(other, "f")).toBeUndefined();
  });

  it.each<[unknown[], string]>([
    [[config(), { ...config(), n_evals: 0 }], "f: job 2: n_evals: "],
    [[config(), 5], "f: job 2: "],
    [[config(), config({ seed: 2 }), config()], "f: job 3 equals job 1"],
    [[config({ seconds: 43_201 })], "f: job 1: max_runtime_seconds: 43201 is more than the budget of 43200"],
  ])("%j is refused by its job", (jobs, words) => expect(() => readJobList(text(...jobs), "f")).toThrow(words));

  it("may reserve the whole budget; a job's text is that of the API and no other", () => {
    expect(readJobList(text(config({ seconds: 43_200 })), "f")).toHaveLength(1);
    const its = configurationText(config());
    expect(isJobText(its)).toBe(true);
    for (const other of [`${its} `, its.replace('_batch_size":32', '_batch_size":33'), "{}", "{"])
      expect(isJobText(other)).toBe(false);
    expect(recordedConfig(its)).toEqual(config());
    expect(() => recordedConfig("{}")).toThrow("Field required");
  });

  it("as a strategy asks for the runs that its jobs resemble", () => {
    const strategy = jobListStrategy("mine", [configurationText(config())], () => ({}) as never);
    expect(strategy.queries(STANFORD_2026_TASK, () => 0).next().value).toMatchObject([
      { dModel: 448, trainFlops: 40, reason: "job 1 of 1 of the list" },
    ]);
    const plan = { strategy: { name: "mine", kind: "list" }, task: STANFORD_2025_TASK } as unknown as Plan;
    expect(plannedJobs(plan)).toBeUndefined();
    expect(() => clockOf(plan)).toThrow('plan "mine" counts FLOPs');
    expect(clockOf({ ...plan, task: STANFORD_2026_TASK })).toBe(STANFORD_2026_TASK.clock);
  });
});

describe("what a journal says of its jobs", () => {
  const [first, second] = [configurationText(config()), configurationText(config({ seed: 2, seconds: 100 }))];
  const at = "";
  const accepted: JobRecord = { at, kind: "accepted", config: first, id: 7, from: "endpoint" };

  it("is what happened to each last, and what they cost", () => {
    const records: JobRecord[] = [
      { at, kind: "submit", config: first, reason: "why" },
      accepted,
      { at, kind: "submit", config: second },
      { at, kind: "no-answer", config: second, reason: "" },
    ];
    const jobs = knownJobsOf(records);
    expect(jobs.get(first)).toMatchObject({ id: 7, sent: true, inDoubt: false });
    expect(jobs.get(second)).toMatchObject({ sent: true, inDoubt: true });
    expect(secondsOf(jobs)).toBe(140);
    const over = knownJobsOf([...records, { at, kind: "ended", id: 7, queuedAt: 5, status: ended(3) }]);
    expect(over.get(first)).toMatchObject({ ended: ended(3), queuedAt: 5 });
    expect(secondsOf(over)).toBe(103);
    const refused = knownJobsOf([
      ...records,
      { at, kind: "refused", config: second, status: "insufficient", message: "no" },
      { at, kind: "given-up", id: 7, experiment: { id: 7 } as never },
    ]);
    expect(refused.get(second)).toMatchObject({ sent: false, inDoubt: false, refusals: ["no"] });
    expect(refused.get(first)?.givenUp).toEqual({ id: 7 });
    expect(secondsOf(refused)).toBe(40);
    const invalid = knownJobsOf([{ at, kind: "refused", config: second, status: "invalid", message: "bad" }]);
    expect(invalid.get(second)).toMatchObject({ invalid: "bad", refusals: [], sent: false });
    expect(knownJobsOf([{ at, kind: "ended", id: 9, queuedAt: 5, status: ended(3) }]).size).toBe(0);
  });

  it("is contradicted by a list without one of them, with another configuration, or with another end", () => {
    const jobs = knownJobsOf([accepted, { at, kind: "ended", id: 7, queuedAt: 5, status: ended(3) }]);
    expect(
      contradictionOf(jobs, [experiment(7, config(), ended(3)), experiment(8, config(), ended(1))]),
    ).toBeUndefined();
    expect(contradictionOf(jobs, [])).toContain("experiment 7; ");
    expect(contradictionOf(jobs, [experiment(7, config({ seed: 9 }), ended(3))])).toContain('"model_seed":9');
    expect(contradictionOf(jobs, [experiment(7, config(), ended(4))])).toContain('"usedSeconds":4');
    expect(contradictionOf(knownJobsOf([accepted]), [experiment(7, config(), ended(4))])).toBeUndefined();
    const listed = [experiment(1, config(), { type: "running" }), experiment(2, config(), ended(3))];
    expect(listedSeconds(listed)).toBe(43);
  });
});

it("a running job is lost once it has shown nothing new for longer than any takes, and one that waits never is", () => {
  const minute = 60_000;
  const limit = 1000 * (1.05 * 40 + 910);
  let now = 0;
  const isLost = lostJobs(() => now);
  const running = (losses: number[]) => experiment(1, config(), { type: "running", losses });
  expect(isLost(running([]))).toBe(false);
  now = limit;
  expect(isLost(running([]))).toBe(false);
  now = limit + 1;
  expect(isLost(running([]))).toBe(true);
  expect(isLost(running([3]))).toBe(false);
  now += limit;
  expect(isLost(running([3]))).toBe(false);
  now += 1;
  expect(isLost(running([3]))).toBe(true);
  const queued = experiment(3, config(), { type: "queued" });
  isLost(queued);
  now += 1000 * minute;
  expect(isLost(queued)).toBe(false);
  // Without the endpoint's time this machine's counts, which has not moved on.
  const isLostHere = lostJobs(() => undefined);
  expect([isLostHere(running([])), isLostHere(running([]))]).toEqual([false, false]);
});

describe("the jobs behind a proxy", () => {
  /** A journal that is kept nowhere. */
  function inMemory(cluster: Cluster, records: JobRecord[] = []): JournaledJobs {
    const journal = {
      file: "",
      header: { ...header, kind: "journal", schema: 1, at: "" } as const,
      records,
      append: (entry: object) => void records.push({ at: "", ...entry } as JobRecord),
      close: () => undefined,
    };
    const allowance = () => Number.POSITIVE_INFINITY;
    return journaledJobs({ endpoint: cluster, journal, allowance, pauseMs: 0, pollMs: [0, 0] });
  }
  const final = { training_config: config(), predicted_final_loss: 3 };

  it("are accepted once, with what is used then, and up to the cap", async () => {
    const cluster = new Cluster(NO_JOB_FAULTS, 0);
    const proxied = proxiedJobs(inMemory(cluster), { cap: 200, allowFinal: false });
    expect(await proxied.submit(config())).toEqual({ outcome: "accepted", id: 1, used: 40 });
    expect(await proxied.submit(config())).toEqual({ outcome: "duplicate" });
    expect(await proxied.submit(config({ seconds: 161, seed: 2 }))).toEqual({ outcome: "insufficient", used: 40 });
    expect(await proxied.submit(config({ seconds: 160, seed: 3 }))).toMatchObject({ outcome: "accepted", used: 200 });
    expect(await proxied.submit({ ...config({ seconds: 1 }), n_evals: 15 })).toMatchObject({ outcome: "insufficient" });
    expect(await proxied.used()).toBe(200);
    expect(await proxied.experiments()).toHaveLength(2);
    expect(cluster.sent).toHaveLength(2);
  });

  it("submitted at once share the cap", async () => {
    const proxied = proxiedJobs(inMemory(new Cluster(NO_JOB_FAULTS, 0)), { cap: 100, allowFinal: false });
    const answers = await Promise.all([1, 2, 3].map((seed) => proxied.submit(config({ seed }))));
    expect(answers.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted", "insufficient"]);
  });

  it("that the endpoint refuses, or knows already, are said to be so", async () => {
    const cluster = new Cluster();
    const submit = cluster.submit.bind(cluster);
    cluster.submit = async () => ({ outcome: "invalid", message: "no" });
    const proxied = proxiedJobs(inMemory(cluster), { cap: 1e9, allowFinal: false });
    expect(await proxied.submit(config())).toEqual({ outcome: "invalid", message: "no" });
    cluster.submit = async () => ({ outcome: "insufficient", used: 3 });
    expect(await proxied.submit(config({ seed: 2 }))).toEqual({ outcome: "insufficient", used: 0 });
    cluster.submit = submit;
    cluster.jobs.submit("student", config({ seed: 3 }));
    expect(await proxied.submit(config({ seed: 3 }))).toEqual({ outcome: "duplicate" });
    cluster.schedule = ["lost before"];
    expect(await proxied.submit(config({ seed: 4 }))).toMatchObject({ outcome: "accepted" });
  });

  it("of an earlier proxy are duplicates, but for one that was not answered", async () => {
    const cluster = new Cluster();
    const records: JobRecord[] = [];
    await proxiedJobs(inMemory(cluster, records), { cap: 200, allowFinal: false }).submit(config());
    const again = proxiedJobs(inMemory(cluster, records), { cap: 200, allowFinal: false });
    expect(await again.submit(config())).toEqual({ outcome: "duplicate" });
  });

  it("pass a final submission on only where that is allowed", async () => {
    const cluster = new Cluster();
    const closed = proxiedJobs(inMemory(cluster), { cap: 200, allowFinal: false });
    await expect(closed.submitFinal(final)).rejects.toMatchObject({ status: 403 });
    expect(await closed.finalSubmission()).toBeNull();
    const open = proxiedJobs(inMemory(cluster), { cap: 200, allowFinal: true });
    expect(await open.submitFinal(final)).toMatchObject(final);
    expect(await open.finalSubmission()).toMatchObject(final);
    expect(cluster.finals).toHaveLength(1);
  });
});
