import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openJournal } from "../../../src/flight/journal/journal.ts";
import { type JournalContents, readJournal } from "../../../src/flight/journal/read.ts";
import { type Plan, signedPlan } from "../../../src/flight/plan.ts";
import { finalOf, type LiveJobsResult, liveJobs } from "../../../src/flight/stanford-2026/live-jobs.ts";
import { jobListStrategy, playPlan } from "../../../src/flight/stanford-2026/play-plan.ts";
import { reconstructJobs } from "../../../src/flight/stanford-2026/reconstruct-jobs.ts";
import type { JobRecord } from "../../../src/flight/stanford-2026/record.ts";
import { jobsPlay } from "../../../src/flight/stanford-2026/rehearse-jobs.ts";
import { STANFORD_2025_TASK } from "../../../src/task/stanford-2025/task.ts";
import { configurationText, type TrainingConfig } from "../../../src/task/stanford-2026/configuration.ts";
import { STANFORD_2026_TASK } from "../../../src/task/stanford-2026/task.ts";
import type { Strategy } from "../../../src/task/strategy.ts";
import { simulatedJobs } from "../../../src/training-api/stanford-2026/simulated-jobs.ts";
import { strategyNamed } from "../../../strategies/index.ts";
import { world } from "../../mock-server/stanford-2026/server.ts";
import { config } from "../../surface/stanford-2026/configs.ts";
import { Cluster, folder, header, JOBS, writeFast } from "./flight.ts";

const planned = (jobs: readonly TrainingConfig[]): { plan: Plan; strategy: Strategy } => {
  const texts = jobs.map(configurationText);
  const plan = signedPlan({
    schema: "isoflop-plan/1",
    strategy: { name: "jobs.json", kind: "list", jobs: texts },
    code: { version: "0", hash: "" },
    seed: 0,
    task: STANFORD_2026_TASK,
  });
  return { plan, strategy: jobListStrategy("jobs.json", texts, strategyNamed("wall-clock-isoflops").recommend) };
};

/** Runs the jobs over a cluster with this journal, or goes on with them. */
async function fly(
  file: string,
  cluster: Cluster,
  jobs = JOBS,
  allowance = 43_200,
  then: (result: LiveJobsResult) => Promise<unknown> = async () => undefined,
  write = writeFast,
) {
  const journal = openJournal<JobRecord>(file, { ...header, plan: planned(jobs).plan }, { write });
  const seen: boolean[] = [];
  try {
    const result = await liveJobs({
      ...planned(jobs),
      endpoint: cluster,
      journal,
      allowance,
      pauseMs: 0,
      pollMs: [0, 0],
      onRun: (_run, _query, { resumed }) => seen.push(resumed),
    });
    await then(result);
    return { ...result, seen };
  } finally {
    journal.close();
  }
}
const contents = (file: string) => readJournal<JobRecord>(file) as JournalContents<JobRecord>;
const journalFile = () => join(folder(), "journal.jsonl");

describe("a live run of jobs", () => {
  it("ends as its rehearsal, is resumed without sending anything, and is reconstructed from its journal", async () => {
    const [file, cluster] = [journalFile(), new Cluster()];
    const first = await fly(file, cluster);
    expect(first.seen).toEqual(JOBS.map(() => false));
    expect(first).toMatchObject({ resumed: 0, spent: cluster.books().used });
    expect(first.runs.map(({ status }) => status)).toEqual(["ok", "timed-out", "failed", "ok", "ok"]);
    expect(first.runs[0]!.loss).toBeGreaterThan(0);
    expect(first.runs.map(({ course }) => course === undefined)).toEqual([false, false, false, false, false]);
    const { plan, strategy } = planned(JOBS);
    const alone = await playPlan(plan, strategy, simulatedJobs(world, 0), { stream: "x" });
    expect(alone.runs.map(({ loss, course }) => [loss, course])).toEqual(
      first.runs.map(({ loss, course }) => [loss, course]),
    );
    const again = await fly(file, cluster);
    expect(again).toMatchObject({ submission: first.submission, runs: first.runs, spent: first.spent, resumed: 5 });
    expect(again.seen).toEqual(JOBS.map(() => true));
    expect(cluster.sent).toHaveLength(5);
    const { runs, ...rest } = await reconstructJobs(contents(file), strategy);
    expect(rest).toEqual({ submission: first.submission, spent: first.spent, done: true });
    expect(runs.map(({ reason: _, ...run }) => run)).toEqual(first.runs);
    expect(runs[0]?.reason).toBe("job 1 of 5 of the list");
    const final = finalOf(first.submission, plan);
    await fly(file, cluster, JOBS, 43_200, async ({ jobs }) => {
      expect(await jobs.finalSubmission()).toBeNull();
      expect(await jobs.submitFinal(final)).toMatchObject(final);
    });
    expect((await reconstructJobs(contents(file), strategy)).sent).toMatchObject({
      submission: configurationText(final),
    });
  });

  it("that did not finish is reconstructed as far as its journal goes", async () => {
    const [file, cluster] = [journalFile(), new Cluster()];
    cluster.jobs.submit("student", config({ seed: 9 }));
    cluster.finish();
    const before = await cluster.used();
    await fly(file, cluster);
    const { strategy } = planned(JOBS);
    const all = contents(file);
    const half = all.records.slice(
      0,
      all.records.findIndex(({ kind }) => kind === "ended"),
    );
    const again = await reconstructJobs({ ...all, records: half }, strategy);
    expect(again).toMatchObject({ done: false, runs: [], spent: before });
    expect(before).toBeGreaterThan(0);
    expect(again.submission.config.trainFlops).toBe(STANFORD_2026_TASK.target);
    expect((await reconstructJobs({ ...all, records: [] }, strategy)).spent).toBe(0);
    const undone = all.records.filter(({ kind }) => kind !== "done");
    expect(await reconstructJobs({ ...all, records: undone }, strategy)).toMatchObject({
      done: false,
      runs: { length: 5 },
    });
  });

  it("of another plan, or of a proxy, is refused", async () => {
    const [file, cluster] = [journalFile(), new Cluster()];
    await fly(file, cluster);
    const all = contents(file);
    const other = planned([...JOBS, config({ seed: 77 })]);
    const header = { ...all.header, plan: other.plan };
    await expect(reconstructJobs({ ...all, header }, other.strategy)).rejects.toThrow("not the strategy that was run");
    const { plan: _, ...proxied } = all.header;
    await expect(reconstructJobs({ ...all, header: proxied }, other.strategy)).rejects.toThrow("of a proxy");
    const lower: Strategy = { ...planned(JOBS).strategy, recommend: () => ({ config: {} as never, predictedLoss: 1 }) };
    await expect(reconstructJobs(all, lower)).rejects.toThrow();
    await expect(fly(file, cluster, [...JOBS, config({ seed: 77 })])).rejects.toThrow("asks for more");
    await expect(fly(file, cluster, JOBS.toReversed())).rejects.toThrow(/^job 1 of the plan is .*Nothing was sent/);
    expect(cluster.sent).toHaveLength(5);
  });

  it("ends at the first job that does not fit its allowance, and says so", async () => {
    const [file, cluster] = [journalFile(), new Cluster()];
    const jobs = [config({ seconds: 100 }), config({ seconds: 300, seed: 1 }), config({ seconds: 5, seed: 2 })];
    const { runs, note } = await fly(file, cluster, jobs, 300);
    expect(note).toMatch(/^ended at job 2 of 3: 300 s do not fit/);
    expect(runs.map(({ status }) => status)).toEqual(["ok", "refused", "refused"]);
    expect(cluster.sent).toHaveLength(1);
    const none = journalFile();
    expect((await fly(none, cluster, jobs.slice(1), 299)).note).toMatch(/^ended at job 1 of 2/);
    await expect(fly(none, cluster, jobs, 299)).rejects.toThrow("job 1 of the plan is");
    const rehearsed = jobsPlay(planned(jobs).plan, planned(jobs).strategy);
    const its = { document: { name: "w" }, cluster: { jobs: world } } as never;
    const half = await rehearsed.play(its, 0, 300 / 43_200, { stream: "x" });
    expect(half.note).toMatch(/^ended at job 2 of 3: 300 s of \d+\.\d s left$/);
    expect(rehearsed.peak()).toBe(0);
    const whole = await rehearsed.play(its, 0, 1, { stream: "x" });
    expect(whole.note).toBeUndefined();
    expect(whole).toMatchObject({ repeats: 0, stuck: false, runs: { length: 3 } });
    expect(rehearsed.peak()).toBe(405);
    const flops = { document: { name: "w" } } as never;
    await expect(rehearsed.play(flops, 0, 1, { stream: "x" })).rejects.toThrow('world "w" costs FLOPs');
  });

  it("of jobs that the endpoint has already adopts them, and is resumed by no other plan", async () => {
    const [file, cluster] = [journalFile(), new Cluster()];
    for (const job of JOBS) cluster.jobs.submit("student", job);
    await fly(file, cluster);
    expect(cluster.sent).toEqual([]);
    await expect(fly(file, cluster, JOBS.toReversed())).rejects.toThrow("job 1 of the plan is");
  });

  it("of a job that the endpoint does not take goes on, and says why", async () => {
    const cluster = new Cluster();
    const submit = cluster.submit.bind(cluster);
    cluster.submit = async (job) => (job.model_seed === 1 ? { outcome: "invalid", message: "no" } : submit(job));
    const { runs, note } = await fly(journalFile(), cluster, [config({ seed: 1 }), config({ seed: 2 })]);
    expect(runs).toMatchObject([{ status: "invalid", message: "no" }, { status: "ok" }]);
    expect(note).toBeUndefined();
  });

  it("that was killed is resumed from what its journal has", async () => {
    const [file, cluster] = [journalFile(), new Cluster()];
    let writes = 0;
    const dying: typeof writeFast = (descriptor, bytes) => {
      if (++writes === 9) throw new RangeError("killed");
      writeFast(descriptor, bytes);
    };
    await expect(fly(file, cluster, JOBS, 43_200, undefined, dying)).rejects.toThrow("killed");
    const again = await fly(file, cluster);
    expect(again.runs.map(({ status }) => status)).toEqual(["ok", "timed-out", "failed", "ok", "ok"]);
    expect(contents(file).records.at(-1)).toMatchObject({ kind: "done", spent: cluster.books().used });
    expect(cluster.sent).toHaveLength(5);
  });

  it("whose worker was lost counts that job as over when it is resumed", async () => {
    const [file, cluster] = [journalFile(), new Cluster({ shares: { lost: 1 }, queueSeconds: 0 }, 500)];
    const jobs = [config({ seconds: 100 })];
    expect(await fly(file, cluster, jobs)).toMatchObject({ resumed: 0, runs: [{ status: "failed" }], spent: 100 });
    expect(await fly(file, cluster, jobs)).toMatchObject({ resumed: 1, runs: [{ status: "failed" }], spent: 100 });
  });

  it("of a strategy asks as it goes, and is reconstructed up to where its journal ends", async () => {
    const [file, cluster] = [journalFile(), new Cluster()];
    const name = "cheapest-first";
    const strategy = strategyNamed(name);
    const plan = signedPlan({ ...planned([]).plan, strategy: { name, kind: "shipped" } });
    const journal = openJournal<JobRecord>(file, { ...header, plan }, { write: writeFast });
    const seen: number[] = [];
    const onRun = (_run: unknown, _query: unknown, { spent }: { spent: number }) => seen.push(spent);
    const its = {
      plan,
      strategy,
      endpoint: cluster,
      journal,
      allowance: 2000,
      pauseMs: 0,
      pollMs: [0, 0],
      onRun,
    } as const;
    const { runs, spent, submission } = await liveJobs(its);
    journal.close();
    expect(seen).toHaveLength(runs.length);
    expect(spent).toBe(cluster.books().used);
    expect(await reconstructJobs(contents(file), strategy)).toMatchObject({ submission, spent, done: true });
    const all = contents(file);
    const accounts = all.records.flatMap((record, i) => (record.kind === "account" ? [i] : []));
    const last = all.records.findLastIndex(({ kind }) => kind === "submit");
    const half = await reconstructJobs({ ...all, records: all.records.slice(0, last) }, strategy);
    expect(half.done).toBe(false);
    expect(half.runs.length).toBeLessThan(runs.length);
    expect(half.runs.map(({ reason: _, ...run }) => run)).toEqual(runs.slice(0, half.runs.length));
    expect(half.spent).toBe((all.records[accounts[0] as number] as { used: number }).used);
    const flops = { ...its, endpoint: {} as Cluster, plan: { ...plan, task: STANFORD_2025_TASK } };
    await expect(liveJobs(flops)).rejects.toThrow("counts FLOPs");
  });
});
