import { describe, expect, test } from "vitest";
import type { JobWorld } from "../../../src/surface/stanford-2026/build-world.ts";
import { STANFORD_2026_TASK } from "../../../src/task/stanford-2026/task.ts";
import { courseOf, endOf, type JobFaults } from "../../../src/training-api/stanford-2026/course.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";
import { answerOf } from "../../../src/training-api/stanford-2026/jobs-api.ts";
import { world } from "../../mock-server/stanford-2026/server.ts";
import { config } from "../../surface/stanford-2026/configs.ts";

const job = world.job(config(), 0);
const usual = {
  ...job,
  dispatchSeconds: 1,
  startSeconds: 2,
  reportSeconds: 3,
  restartSeconds: 4,
  preemptedAfter: 0.5,
  isPreempted: false,
  runtimeSeconds: 16,
  slowRuntimeSeconds: 32,
  fits: true,
};
/** The course of a job of 16 evaluations, a second each, that reserves 40 s. */
const course = (changes: object = {}, shares: JobFaults["shares"] = {}, queueSeconds = 0) =>
  courseOf({ ...world, job: () => ({ ...usual, ...changes }) } as JobWorld, config(), 0, { shares, queueSeconds });
const counts = (its: ReturnType<typeof course>, ...seconds: number[]) => seconds.map((at) => its.evaluationsAt(at));

describe("the course of a job", () => {
  test("starts, evaluates at equal distances, and is reported a while after its end", () => {
    const its = course({}, {}, 10);
    expect(its).toMatchObject({ dispatchSeconds: 11, endSeconds: 2 + 16 + 3 });
    expect(its.end).toEqual({ kind: "completed", usedSeconds: 16, evaluations: 16 });
    expect(counts(its, 0, 2, 2.9, 3, 17.9, 18, 99)).toEqual([0, 0, 0, 1, 15, 16, 16]);
  });

  test("that is preempted has some losses, then none, then all", () => {
    for (const its of [course({ isPreempted: true }), course({}, { preempted: 1 })]) {
      expect(its.endSeconds).toBe(2 + 8 + 4 + 16 + 3);
      expect(counts(its, 3, 9.9, 10, 14, 15, 30)).toEqual([1, 7, 0, 0, 1, 16]);
    }
  });

  test("whose worker is lost shows no more after that, and never ends", () => {
    const its = course({}, { lost: 1 });
    expect([its.end, its.endSeconds]).toEqual([undefined, Infinity]);
    expect(counts(its, 1, 3, 9, 10, 1000)).toEqual([0, 1, 7, 8, 8]);
  });

  test("that is slow, timed out or crashes on purpose does so", () => {
    expect(course({}, { slow: 1 }).end).toEqual({ kind: "completed", usedSeconds: 32, evaluations: 16 });
    expect(course({}, { timeout: 1 }).end).toMatchObject({ kind: "timeout", usedSeconds: 52 * (13 / 16) });
    const crash = course({ isPreempted: true }, { crash: 1 });
    expect(crash).toMatchObject({ end: { kind: "unexpected", usedSeconds: 0 }, endSeconds: 2 + 0 + 3 });
    expect(counts(crash, 0, 9, 99)).toEqual([0, 0, 0]);
    expect(course({}, { crash: 0.5, lost: 0.5 }).end?.kind).not.toBe("completed");
  });

  test.each([
    [512 * 1024, "512.0KiB"],
    [1023 * 1024, "1023.0KiB"],
    [1024 * 1024, "1.00MiB"],
    [274.4 * 1024 ** 3, "274.40GiB"],
    [1.5 * 1024 ** 4, "1.50TiB"],
    [5000 * 1024 ** 6, "5000.00EiB"],
  ])("that does not fit in memory names %d bytes as %s", (memoryBytes, text) => {
    const its = course({ fits: false, memoryBytes });
    expect(its.end).toMatchObject({ kind: "unexpected", failure: expect.stringContaining(`allocate ${text}.`) });
    expect(its.end?.usedSeconds).toBeGreaterThan(10.05);
    expect(its.end?.usedSeconds).toBeLessThan(10.26);
    expect(course({ memoryBytes }, { outOfMemory: 1 }).end).toEqual(its.end);
  });
});

test("a run ends in its limit, after the chunk that passes it, or by the watchdog", () => {
  expect(endOf(40, 40, 16)).toEqual({ kind: "completed", usedSeconds: 40, evaluations: 16 });
  expect(endOf(80, 40, 16)).toEqual({ kind: "timeout", usedSeconds: 45, evaluations: 9 });
  expect(endOf(41, 40, 16)).toEqual({ kind: "timeout", usedSeconds: 41, evaluations: 16 });
  expect(endOf(8000, 400, 16)).toEqual({ kind: "timeout", usedSeconds: 430, evaluations: 0 });
  expect(endOf(832, 40, 16)).toEqual({ kind: "timeout", usedSeconds: 52, evaluations: 1 });
});

test("seconds fit a budget up to exactly what is left", () => {
  expect([SECOND_JOBS.fits(30, 10, 40), SECOND_JOBS.fits(30, 10.5, 40), SECOND_JOBS.fits(0, 41, 40)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("a job that says it completed, and has no loss, is a failed run", () => {
  const query = {
    dModel: 64,
    numLayers: 2,
    numHeads: 1,
    batchSize: 32,
    learningRate: 0.01,
    trainFlops: 40,
    tokens: 16,
  };
  const status = { type: "ended", runId: "", usedSeconds: 3, losses: [], dispatchedAt: 0, endedAt: 0 } as const;
  const experiment = { id: 1, config: config(), queuedAt: 0, status };
  expect(answerOf(query, experiment, 7, STANFORD_2026_TASK.clock!)).toMatchObject({
    status: "failed",
    message: expect.stringContaining("without a loss"),
    course: { seconds: 3, trained: 0, curve: [] },
    used: 7,
  });
});
