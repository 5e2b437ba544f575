import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import { ledgerWorld } from "../../../src/ledger/record.ts";
import { SqliteLedger } from "../../../src/ledger/sqlite.ts";
import { buildJobWorld } from "../../../src/surface/stanford-2026/build-world.ts";
import { DEFAULT_JOB_WORLD, jobPresetDocument } from "../../../src/surface/stanford-2026/presets.ts";
import { BUDGET_SECONDS } from "../../../src/task/stanford-2026/budget.ts";
import type { TrainingConfig } from "../../../src/task/stanford-2026/configuration.ts";
import { endOf, type JobFaults, NO_JOB_FAULTS } from "../../../src/training-api/stanford-2026/course.ts";
import { type AcceptedJob, type JobResult, SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";
import { type Experiment, type JobLedger, TrainingJobs } from "../../../src/training-api/stanford-2026/jobs.ts";
import { temporaryFolder } from "../../ledger/temporary.ts";
import { config } from "../../surface/stanford-2026/configs.ts";

const world = buildJobWorld(jobPresetDocument(DEFAULT_JOB_WORLD));
const [A, B] = ["a".repeat(64), "b".repeat(64)] as const;

/** A cluster whose clock the test moves, in seconds. */
class Cluster {
  readonly ledger: JobLedger = new MemoryLedger(SECOND_JOBS);
  readonly jobs: TrainingJobs;
  seconds = 1_800_000_000;

  constructor(faults: JobFaults = NO_JOB_FAULTS, ledger?: JobLedger) {
    if (ledger) this.ledger = ledger;
    this.jobs = new TrainingJobs({
      world,
      ledger: this.ledger,
      repetition: 0,
      faults,
      now: () => Math.round(this.seconds * 1e6),
    });
  }

  submit(key: string, its: TrainingConfig): number {
    const submitted = this.jobs.submit(key, its);
    if (submitted.outcome !== "accepted") throw new Error(submitted.outcome);
    return submitted.id;
  }

  seen(key: string, id: number): Experiment["status"] {
    return this.jobs.experiment(key, id)!.status;
  }
}

describe("a job", () => {
  test("waits, runs with its losses coming one by one, ends, and costs what it used", () => {
    const cluster = new Cluster();
    const id = cluster.submit(A, config());
    expect(cluster.seen(A, id)).toEqual({ type: "queued" });
    expect(cluster.jobs.used(A)).toBe(40);
    const counts: number[] = [];
    for (let i = 0; i < 200; i++) {
      cluster.seconds++;
      const status = cluster.seen(A, id);
      if (status.type === "running") counts.push(status.losses.length);
    }
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(new Set(counts).size).toBeGreaterThan(10);
    const ended = cluster.seen(A, id);
    if (ended.type !== "ended") throw new Error("should have ended");
    expect(ended.failure).toBeUndefined();
    expect(ended.losses).toHaveLength(16);
    expect(cluster.jobs.used(A)).toBe(ended.usedSeconds);
    expect((ended.dispatchedAt - 1_800_000_000e6) / 1e6).toBeGreaterThan(0.29);
    expect((ended.dispatchedAt - 1_800_000_000e6) / 1e6).toBeLessThan(1.51);
    expect(ended.endedAt - ended.dispatchedAt).toBeGreaterThan(ended.usedSeconds * 1e6);
  });

  test("that runs out of time has used more than it reserved, keeps its losses so far, and costs the reservation", () => {
    const cluster = new Cluster();
    const id = cluster.submit(A, config({ seconds: 10 }));
    cluster.seconds += 1000;
    const status = cluster.seen(A, id);
    expect(status).toMatchObject({ type: "ended", failure: { kind: "timeout" } });
    if (status.type === "ended") expect(status.usedSeconds).toBeGreaterThan(10);
    expect(cluster.jobs.used(A)).toBe(10);
  });

  test("that does not fit in memory fails after ten seconds without a loss, and names the allocation", () => {
    const cluster = new Cluster();
    const id = cluster.submit(A, config({ batch: 1024, tokens: 1024 * 512 * 16 }));
    cluster.seconds += 1000;
    expect(cluster.seen(A, id)).toMatchObject({ losses: [], failure: { kind: "unexpected" } });
    expect(cluster.jobs.used(A)).toBeGreaterThan(10);
    expect(cluster.jobs.used(A)).toBeLessThan(10.3);
  });

  test("gets the same losses and runtime for any key, at any time and after any other job", () => {
    const [first, second] = [new Cluster(), new Cluster()];
    const losses = (cluster: Cluster, key: string, id: number) => {
      cluster.seconds += 3000;
      const status = cluster.seen(key, id);
      return status.type === "ended" && [status.usedSeconds, status.losses];
    };
    second.submit(A, config({ seed: 3 }));
    second.seconds += 1234.5;
    const one = losses(first, A, first.submit(A, config()));
    expect(losses(second, B, second.submit(B, config()))).toEqual(one);
    const other = first.submit(A, config({ seed: 1 }));
    expect(losses(first, A, other)).not.toEqual(one);
  });

  test("is refused when it was submitted before, whatever became of it, and in the budget's name before that", () => {
    const cluster = new Cluster();
    cluster.submit(A, config());
    expect(cluster.jobs.submit(A, config())).toEqual({ outcome: "duplicate" });
    cluster.seconds += 1000;
    expect(cluster.jobs.submit(A, config())).toEqual({ outcome: "duplicate" });
    const rest = BUDGET_SECONDS - cluster.jobs.used(A);
    cluster.submit(A, config({ seconds: rest }));
    expect(cluster.jobs.submit(A, config())).toEqual({ outcome: "insufficient", used: BUDGET_SECONDS });
  });
});

describe("on purpose, a job", () => {
  const faulty = (shares: JobFaults["shares"], queueSeconds = 0) => new Cluster({ shares, queueSeconds });
  const later = (cluster: Cluster, seconds: number, its = config()) => {
    const id = cluster.submit(A, its);
    cluster.seconds += seconds;
    return cluster.seen(A, id);
  };

  test.each<[JobFaults["shares"], object]>([
    [{ timeout: 1 }, { failure: { kind: "timeout" } }],
    [{ outOfMemory: 1 }, { failure: { kind: "unexpected" }, losses: [] }],
    [{ crash: 1 }, { failure: { kind: "unexpected" }, usedSeconds: 0 }],
    [{ lost: 1 }, { type: "running" }],
  ])("with %j ends as such", (shares, expected) => {
    expect(later(faulty(shares), 100_000)).toMatchObject(expected);
  });

  test("that crashes before it trains costs one second, and one whose worker is lost keeps its reservation", () => {
    const crashed = faulty({ crash: 1 });
    later(crashed, 1000);
    expect(crashed.jobs.used(A)).toBe(1);
    const lost = faulty({ lost: 1 });
    later(lost, 1e6);
    expect(lost.jobs.used(A)).toBe(40);
  });

  test("that is preempted starts over: its list of losses shrinks, and the lost time is not charged", () => {
    const cluster = faulty({ preempted: 1 });
    const id = cluster.submit(A, config());
    const counts: number[] = [];
    for (let i = 0; i < 400; i++) {
      cluster.seconds += 0.5;
      const status = cluster.seen(A, id);
      if (status.type === "running") counts.push(status.losses.length);
    }
    expect(counts.some((count, i) => count < (counts[i - 1] ?? 0))).toBe(true);
    expect(cluster.seen(A, id)).toMatchObject({ type: "ended" });
    expect(cluster.jobs.used(A)).toBeLessThan(30);
  });

  test("waits in the queue and slows down as the faults say", () => {
    expect(later(faulty({}, 500), 499).type).toBe("queued");
    const usual = later(faulty({}), 1000);
    const slow = later(faulty({ slow: 1 }), 1000);
    if (usual.type !== "ended" || slow.type !== "ended") throw new Error("both should have ended");
    expect(slow.usedSeconds / usual.usedSeconds).toBeGreaterThan(1.19);
  });
});

test("at most 100 jobs run at a time, and a student with few of them goes before one with many", () => {
  const cluster = new Cluster();
  const long = (seed: number) => config({ tokens: 16_777_216 * 10, seconds: 300, seed });
  for (let i = 0; i < 110; i++) cluster.submit(A, long(i));
  cluster.seconds += 0.5;
  for (let i = 0; i < 5; i++) cluster.submit(B, long(i));
  cluster.seconds += 3;
  const running = (key: string) =>
    cluster.jobs.experiments(key).filter(({ status }) => status.type === "running").length;
  expect(running(A) + running(B)).toBe(100);
  expect(running(B)).toBe(5);
});

test("a worker's own reports replace the simulated run, and only those for its run id", () => {
  const cluster = new Cluster();
  const id = cluster.submit(A, config());
  expect(cluster.jobs.finish(id, { usedSeconds: 1, losses: [] })).toBe(false);
  cluster.seconds += 2;
  const status = cluster.seen(A, id);
  const runId = status.type === "running" ? status.runId : "";
  cluster.jobs.report(id, "fc-other", [9]);
  cluster.jobs.report(id, runId, [10.5, 10.25]);
  cluster.seconds += 10_000;
  expect(cluster.seen(A, id)).toMatchObject({ type: "running", losses: [10.5, 10.25] });
  const revived = new Cluster(NO_JOB_FAULTS, cluster.ledger);
  revived.seconds = cluster.seconds;
  expect(revived.seen(A, id)).toEqual(cluster.seen(A, id));
  expect(cluster.jobs.finish(id, { usedSeconds: 12.5, losses: [10.5] })).toBe(true);
  expect(cluster.jobs.used(A)).toBe(12.5);
  expect(cluster.jobs.finish(id, { usedSeconds: 1, losses: [] })).toBe(false);
});

test("a run of equal chunks ends by the rules, found again by walking through its chunks", () => {
  const positive = fc.double({ min: 0.01, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(
      positive,
      fc.double({ min: 1, max: 2000, noNaN: true }),
      fc.integer({ min: 1, max: 40 }),
      (runtime, max, n) => {
        const chunk = runtime / n;
        const watchdog = 1.05 * max + 10;
        let done = 0;
        while (done < n && done * chunk <= max && (done + 1) * chunk <= watchdog) done++;
        const isOver = done * chunk > max || done < n;
        const end = endOf(runtime, max, n);
        // A boundary is a matter of rounding.
        fc.pre(Math.abs(((max / chunk) % 1) - 0.5) < 0.499 && Math.abs(((watchdog / chunk) % 1) - 0.5) < 0.499);
        expect(end.kind).toBe(isOver ? "timeout" : "completed");
        expect(end).toMatchObject({ evaluations: done });
        expect(end.usedSeconds).toBeCloseTo(isOver && done * chunk <= max ? watchdog : done * chunk, 6);
      },
    ),
  );
});

describe("a ledger that cannot store", () => {
  const folder = temporaryFolder();

  test("leaves no job, result or report behind, and everything goes on once it can", () => {
    const full = { isFull: false };
    /** Fails as a commit does: after the work. */
    class FullLedger extends SqliteLedger<AcceptedJob, JobResult, number> {
      #depth = 0;
      override atomically<T>(work: () => T): T {
        return super.atomically(() => {
          this.#depth++;
          const result = work();
          if (--this.#depth === 0 && full.isFull) throw new Error("the disk is full");
          return result;
        });
      }
    }
    const owner = ledgerWorld(world.document);
    const ledger = new FullLedger(join(folder, "full.db"), owner, () => undefined, SECOND_JOBS);
    const cluster = new Cluster(NO_JOB_FAULTS, ledger);
    const first = cluster.submit(A, config());
    expect(cluster.seen(A, first).type).toBe("queued");
    full.isFull = true;
    expect(() => cluster.submit(A, config({ seed: 1 }))).toThrow("full");
    cluster.seconds += 3600;
    expect(() => cluster.seen(A, first)).toThrow("full");
    full.isFull = false;
    expect(cluster.jobs.experiments(A).map(({ id }) => id)).toEqual([first]);
    expect(cluster.seen(A, first).type).toBe("ended");
    expect(cluster.jobs.used(A)).toBe(ledger.runs(A)[0]!.cost);
    const second = cluster.submit(A, config({ seed: 1 }));
    cluster.seconds += 3600;
    expect(cluster.seen(A, second).type).toBe("ended");
    ledger.close();
  });
});

describe("in any interleaving of submissions, waiting and restarts", () => {
  const action = fc.oneof(
    fc.record({
      do: fc.constant("submit" as const),
      key: fc.constantFrom(A, B),
      seed: fc.nat(6),
      seconds: fc.constantFrom(1, 10, 40, 9000, 30_000.1, 43_200),
    }),
    fc.record({ do: fc.constant("wait" as const), seconds: fc.double({ min: 0, max: 5000, noNaN: true }) }),
    fc.record({ do: fc.constant("restart" as const) }),
  );

  test("no student reserves more than the budget, and the used seconds are the sum of the rules", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const faults = { shares: { timeout: 0.1, outOfMemory: 0.1, preempted: 0.2, lost: 0.1 }, queueSeconds: 0 };
        let cluster = new Cluster(faults);
        for (const its of actions) {
          if (its.do === "submit") cluster.jobs.submit(its.key, config({ seed: its.seed, seconds: its.seconds }));
          else if (its.do === "wait") cluster.seconds += its.seconds;
          else {
            const before = [A, B].map((key) => cluster.jobs.experiments(key));
            const revived = new Cluster(faults, cluster.ledger);
            revived.seconds = cluster.seconds;
            cluster = revived;
            expect([A, B].map((key) => cluster.jobs.experiments(key))).toEqual(before);
          }
          for (const key of [A, B]) {
            const charges = cluster.jobs
              .experiments(key)
              .map(({ config: { max_runtime_seconds: max }, status }) =>
                status.type === "ended" ? Math.min(Math.max(1, status.usedSeconds), max) : max,
              );
            expect(cluster.jobs.used(key)).toBe(charges.reduce((sum, charge) => sum + charge, 0));
            expect(cluster.jobs.used(key)).toBeLessThanOrEqual(BUDGET_SECONDS);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
