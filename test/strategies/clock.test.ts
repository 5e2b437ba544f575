import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkedStrategy } from "../../src/experiment/checked-strategy.ts";
import { drive } from "../../src/experiment/drive.ts";
import { scoreSubmission } from "../../src/experiment/score.ts";
import { memoryOf } from "../../src/law/memory.ts";
import { clockWorld } from "../../src/surface/stanford-2026/clock-world.ts";
import { drawnJobWorlds } from "../../src/surface/suites/job-suites.ts";
import { type ClockBudget, settledCost } from "../../src/task/clock.ts";
import type { Run } from "../../src/task/configuration.ts";
import { randomStream } from "../../src/task/random.ts";
import { finalSubmissionOf } from "../../src/task/stanford-2026/job.ts";
import { STANFORD_2026_TASK as TASK } from "../../src/task/stanford-2026/task.ts";
import { inadmissibilities } from "../../src/task/submission.ts";
import { JOB_FAULTS, NO_JOB_FAULTS } from "../../src/training-api/stanford-2026/course.ts";
import { jobsApi } from "../../src/training-api/stanford-2026/jobs-api.ts";
import { simulatedJobs } from "../../src/training-api/stanford-2026/simulated-jobs.ts";
import { STRATEGIES, strategyNamed } from "../../strategies/index.ts";
import { carriedToEnd } from "../../strategies/reading/partial-curves.ts";

const clock = TASK.clock as ClockBudget;
const WORLDS = drawnJobWorlds(12).map((document) => clockWorld(document));
const PLAYERS = STRATEGIES.filter(({ flopsOnly, fixedRuns }) => !flopsOnly && !fixedRuns);

/** Jobs as they go, or many of them with something wrong. */
const anyFaults = fc.oneof(
  fc.constant(NO_JOB_FAULTS),
  fc.record({
    shares: fc.constantFrom(...JOB_FAULTS).map((fault) => ({ [fault]: 0.3 })),
    queueSeconds: fc.constant(0),
  }),
);

describe("every strategy that plays seconds, on drawn worlds, also where jobs fail", () => {
  test("ends within the cap, spends most of it or says why, and submits what keeps to the target", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PLAYERS.filter(({ name }) => name !== "cheapest-first")),
        fc.constantFrom(...WORLDS),
        anyFaults,
        async (strategy, world, faults) => {
          const { jobs } = world.cluster!;
          const port = simulatedJobs(jobs, 0, faults);
          const { runs, spent, submission, stuck, note } = await drive(
            checkedStrategy(strategy),
            jobsApi(port, clock),
            TASK,
            { stream: "any" },
          );
          const charged = runs.map((run) => (run.course ? settledCost(run.course.seconds, run.trainFlops, clock) : 0));
          expect(spent).toBeCloseTo(
            charged.reduce((sum, cost) => sum + cost, 0),
            3,
          );
          expect(spent).toBeLessThanOrEqual(TASK.cap);
          // What it asks fits in what is left: it never asks in vain.
          expect(runs.filter(({ status }) => status === "refused" || status === "invalid")).toEqual([]);
          expect(stuck).toBe(false);
          if (spent < 0.75 * TASK.cap) expect(note).toBeDefined();

          const { config, runtime } = submission;
          expect(inadmissibilities(config, TASK.admissible, TASK.target, clock)).toEqual([]);
          expect(memoryOf(config, clock)).toBeLessThanOrEqual(clock.memory.most);
          expect(finalSubmissionOf(submission).training_config.max_runtime_seconds).toBe(TASK.target);
          expect(runtime?.finishes).toBeGreaterThanOrEqual(clock.finish - 0.01);
          expect(runtime?.seconds).toBeLessThan(TASK.target);
          expect(Number.isFinite(scoreSubmission(world, submission).regret)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("submits without any answer what the literature and the task say, and keeps to the target", () => {
    for (const strategy of PLAYERS) {
      const { config, runtime } = strategy.recommend([], TASK, () => 0.5);
      expect(inadmissibilities(config, TASK.admissible, TASK.target, clock)).toEqual([]);
      expect(runtime?.finishes).toBeGreaterThanOrEqual(clock.finish - 0.01);
    }
  });
});

test("submissions end in time about as often as they say", async () => {
  let [finished, stated, covered, plays] = [0, 0, 0, 0];
  for (const name of ["ladder", "champion"])
    for (const world of WORLDS) {
      const api = jobsApi(simulatedJobs(world.cluster!.jobs), clock);
      const { submission } = await drive(strategyNamed(name), api, TASK, { stream: "often" });
      for (let repetition = 0; repetition < 5; repetition++) {
        const { run } = scoreSubmission(world, submission, repetition);
        plays++;
        stated += submission.runtime!.finishes;
        if (run?.finished) finished++;
        if (run?.covered) covered++;
      }
    }
  // 24 submissions: their share has a standard error of 6 %.
  expect(Math.abs(finished - stated) / plays).toBeLessThan(0.18);
  expect(covered / plays).toBeGreaterThan(0.62);
});

test("what one plans for is worth it: the champion and the ladder beat asking nothing on most drawn worlds", async () => {
  for (const name of ["ladder", "wall-clock-isoflops", "champion"]) {
    let wins = 0;
    for (const world of WORLDS.slice(0, 6)) {
      const regretOf = async (strategy: string) => {
        const api = jobsApi(simulatedJobs(world.cluster!.jobs), clock);
        const { submission } = await drive(strategyNamed(strategy), api, TASK, { stream: "wins" });
        return scoreSubmission(world, submission).regret;
      };
      if ((await regretOf(name)) < (await regretOf("literature-only"))) wins++;
    }
    expect(wins, name).toBeGreaterThanOrEqual(5);
  }
});

test("a submission is the smallest shape where the task's memory holds none", () => {
  const cramped = { ...TASK, clock: { ...clock, memory: { ...clock.memory, most: 1 } } };
  const { config } = strategyNamed("isoflops-minimum").recommend([], cramped, randomStream("0"));
  expect(inadmissibilities(config, TASK.admissible, TASK.target, clock)).toEqual([]);
  expect(config.dModel).toBe(TASK.admissible.dModel[0]);
});

describe("a run that was stopped in time", () => {
  const shape = { dModel: 256, numLayers: 4, numHeads: 4, batchSize: 32, learningRate: 0.01, trainFlops: 60 };
  const complete = (curve: readonly number[]): Run => ({
    ...shape,
    status: "ok",
    loss: curve.at(-1)!,
    course: { seconds: 50, trained: 4, curve },
  });
  const stopped = (curve: readonly number[]): Run => ({
    ...shape,
    status: "timed-out",
    message: "stopped",
    course: { seconds: 60, trained: curve.length, curve },
  });

  test("counts with its last loss, carried to its end as the completed runs went on", () => {
    const [, carried] = carriedToEnd([complete([6, 5, 4.5, 4]), stopped([6.6, 5.5, 4.95])]);
    expect(carried).toMatchObject({ status: "ok", loss: 4.95 * (4 / 4.5) });
  });

  test("stays out without completed runs, and with less than half of its curve", () => {
    expect(carriedToEnd([stopped([6, 5, 4])])[0]?.status).toBe("timed-out");
    expect(carriedToEnd([complete([6, 5, 4.5, 4]), stopped([6])])[1]?.status).toBe("timed-out");
  });
});
