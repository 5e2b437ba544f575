import { describe, expect, test } from "vitest";
import { drive } from "../../../src/experiment/drive.ts";
import { runtimeOf, tokensWithin, usualRuntime } from "../../../src/law/runtime.ts";
import { buildJobWorld } from "../../../src/surface/stanford-2026/build-world.ts";
import { DEFAULT_JOB_WORLD, jobPresetDocument } from "../../../src/surface/stanford-2026/presets.ts";
import type { ClockBudget } from "../../../src/task/clock.ts";
import type { RunConfig } from "../../../src/task/configuration.ts";
import { STANFORD_2026_TASK } from "../../../src/task/stanford-2026/task.ts";
import { type JobFaults, NO_JOB_FAULTS } from "../../../src/training-api/stanford-2026/course.ts";
import { jobsApi } from "../../../src/training-api/stanford-2026/jobs-api.ts";
import { simulatedJobs } from "../../../src/training-api/stanford-2026/simulated-jobs.ts";
import { strategyNamed } from "../../../strategies/index.ts";

const world = buildJobWorld(jobPresetDocument(DEFAULT_JOB_WORLD));
const clock = STANFORD_2026_TASK.clock as ClockBudget;
const api = (faults: JobFaults = NO_JOB_FAULTS) => jobsApi(simulatedJobs(world, 0, faults), clock);

const SHAPE = { dModel: 448, numLayers: 10, numHeads: 7, batchSize: 32, learningRate: 0.003 };

function run(change: Partial<RunConfig>): RunConfig {
  return { ...SHAPE, trainFlops: 40, tokens: 16_777_216, ...change };
}

describe("a batch of jobs", () => {
  test("is answered in its order with losses, curves and seconds, and costs what it used", async () => {
    const jobs = api();
    const answers = await jobs.answers([run({}), run({ dModel: 256, numHeads: 4 })]);
    expect(answers.map(({ status }) => status)).toEqual(["ok", "ok"]);
    let used = 0;
    for (const answer of answers) {
      if (answer.status !== "ok") throw new Error(answer.message);
      expect(answer.course.curve).toHaveLength(16);
      expect(answer.course.curve.at(-1)).toBe(answer.loss);
      expect(answer.course.trained).toBe(16_777_216);
      used += answer.course.seconds;
    }
    expect(await jobs.used()).toBeCloseTo(used, 9);
  });

  test("that reserves more than is left waits for its own jobs, and is refused what still does not fit", async () => {
    const jobs = api();
    const [first, second, third] = await jobs.answers([
      run({ trainFlops: 43_180 }),
      run({ trainFlops: 43_000 }),
      run({ trainFlops: 43_200 }),
    ]);
    expect([first?.status, second?.status, third?.status]).toEqual(["ok", "ok", "refused"]);
    expect(await jobs.used()).toBeLessThan(100);
  });

  test("answers what was asked before again, at no cost", async () => {
    const jobs = api();
    const before = await jobs.answers([run({})]);
    const used = await jobs.used();
    expect(await jobs.answers([run({}), run({})])).toEqual([...before, ...before]);
    expect(await jobs.used()).toBe(used);
  });

  test("of which one times out has the part of its curve and is charged its reservation", async () => {
    const jobs = api();
    const [answer] = await jobs.answers([run({ trainFlops: 5 })]);
    if (answer?.status !== "timed-out") throw new Error(answer?.status);
    expect(answer.course.curve.length).toBeGreaterThan(0);
    expect(answer.course.curve.length).toBeLessThan(16);
    expect(answer.course.trained).toBe((16_777_216 * answer.course.curve.length) / 16);
    expect(await jobs.used()).toBe(5);
  });

  test.each([
    ["runs out of memory", {}, { batchSize: 512, dModel: 2048, numHeads: 32, numLayers: 24 }, "RESOURCE_EXHAUSTED"],
    ["loses its worker", { lost: 1 }, {}, "never ended"],
  ])("of which one %s says so and fails", async (_, shares, change, message) => {
    const [answer] = await api({ shares, queueSeconds: 0 }).answers([run(change)]);
    expect(answer).toMatchObject({ status: "failed", message: expect.stringContaining(message) });
  });
});

describe("a strategy that knows nothing of seconds", () => {
  test.each(["cheapest-first", "isoflops-minimum"])("plays: %s", async (name) => {
    const { runs, spent } = await drive(strategyNamed(name), api(), STANFORD_2026_TASK, { stream: "a" });
    expect(spent).toBeLessThanOrEqual(STANFORD_2026_TASK.cap);
    expect(runs.filter(({ status }) => status === "ok").length).toBeGreaterThan(5);
  });
});

test("tokens within some seconds take about these seconds, by the same law", () => {
  const c = usualRuntime(clock);
  const timed = { dModel: 512, numLayers: 8, batchSize: 64 };
  expect(runtimeOf(c, timed, tokensWithin(c, timed, 600, clock), clock) / 600).toBeCloseTo(1, 2);
});
