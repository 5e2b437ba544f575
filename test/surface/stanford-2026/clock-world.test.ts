import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scoreSubmission } from "../../../src/experiment/score.ts";
import { buildAnyWorld } from "../../../src/surface/any-world.ts";
import { clockWorld } from "../../../src/surface/stanford-2026/clock-world.ts";
import { parseJobWorld } from "../../../src/surface/stanford-2026/world-document.ts";
import { drawnJobWorlds, JOB_SUITES, jobSuiteNamed } from "../../../src/surface/suites/job-suites.ts";
import { bestLossAtSize, optimumOf } from "../../../src/surface/truth.ts";
import { nonEmbeddingParameters } from "../../../src/task/accounting.ts";
import type { RunConfig } from "../../../src/task/configuration.ts";
import { STANFORD_2026_TASK as TASK } from "../../../src/task/stanford-2026/task.ts";
import { inadmissibilities } from "../../../src/task/submission.ts";

const WORLDS = jobSuiteNamed("stanford-2026")
  .filter((_, i) => i % 16 === 0)
  .map((document) => clockWorld(document));
const { admissible, target, clock } = TASK;

const anyChoice: fc.Arbitrary<RunConfig> = fc
  .record({
    heads: fc.integer({ min: 6, max: 40 }),
    aspect: fc.double({ min: admissible.aspectRatio[0], max: admissible.aspectRatio[1], noNaN: true }),
    batchSize: fc.constantFrom(...admissible.batchSizes),
    logRate: fc.double({ min: Math.log(1e-3), max: Math.log(0.1), noNaN: true }),
  })
  .map(({ heads, aspect, batchSize, logRate }) => ({
    dModel: 64 * heads,
    numLayers: Math.max(2, Math.round((64 * heads) / aspect)),
    numHeads: heads,
    batchSize,
    learningRate: Math.exp(logRate),
    trainFlops: target,
  }))
  .filter(
    (config) =>
      inadmissibilities({ ...config, tokens: config.batchSize * 8192 }, admissible, target, clock).length === 0,
  );

describe("a world of jobs that strategies play", () => {
  test.each(WORLDS.map((world) => [world.document.name, world] as const))(
    "%s: no admissible choice is expected to be better than its optimum, which is admissible and ends in time",
    (_, world) => {
      const { config, loss } = optimumOf(world);
      expect(inadmissibilities(config, admissible, target, clock)).toEqual([]);
      expect(world.expectedLoss(config)).toBe(loss);
      const other = { ...config, tokens: config.tokens! + config.batchSize * 8192 };
      expect(world.expectedLoss(other)).toBeGreaterThan(loss);
      fc.assert(
        fc.property(anyChoice, (choice) => {
          expect(world.expectedLoss(choice)).toBeGreaterThan(loss - 5e-4);
        }),
        { numRuns: 60 },
      );
      expect(bestLossAtSize(world, nonEmbeddingParameters(config))).toBeCloseTo(loss, 3);
      expect(bestLossAtSize(world, 8 * nonEmbeddingParameters(config))).toBeGreaterThan(loss);
    },
  );

  test("scores a run that its time stops by the loss it shows then, and counts it", () => {
    const [world] = WORLDS as [(typeof WORLDS)[number]];
    const { config } = optimumOf(world);
    const unit = config.batchSize * 8192;
    const times = (factor: number) => ({ ...config, tokens: Math.round((factor * config.tokens!) / unit) * unit });
    const scoreOf = (factor: number) => scoreSubmission(world, { config: times(factor), predictedLoss: 3 });
    expect(scoreOf(0.8).run).toMatchObject({ finished: true });
    const late = scoreOf(2);
    expect(late.run?.finished).toBe(false);
    expect(late.run?.seconds).toBeGreaterThan(target);
    // Half of a schedule for twice the tokens: as much trained, with the rate still high.
    expect(late.trueLoss).toBeGreaterThan(scoreOf(0.95).trueLoss + 0.01);
    expect(late.trueLoss).toBeLessThan(4);
  });

  test("needs tokens of a submission, whole steps between evaluations, and heads of 64", () => {
    const [world] = WORLDS as [(typeof WORLDS)[number]];
    const { config } = optimumOf(world);
    const { tokens: _, ...without } = config;
    const submit = (its: RunConfig) => scoreSubmission(world, { config: its, predictedLoss: 3 });
    expect(() => submit(without)).toThrow("tokens must be chosen");
    expect(() => submit({ ...config, tokens: config.tokens! + 1 })).toThrow("multiple of");
    expect(() => submit({ ...config, numHeads: 1 })).toThrow("num_heads must be d_model / 64");
  });
});

describe("suites of worlds of jobs", () => {
  test("are valid documents with names of their own", () => {
    const worlds = JOB_SUITES.flatMap((name) => jobSuiteNamed(name));
    const few = [...worlds.slice(0, 64), worlds.at(-1)!];
    for (const document of few) expect(parseJobWorld(JSON.parse(JSON.stringify(document)), "suite")).toEqual(document);
    expect(new Set(jobSuiteNamed("stanford-2026").map(({ name }) => name)).size).toBe(64);
    expect(new Set(jobSuiteNamed("stanford-2026-drawn").map(({ name }) => name)).size).toBe(1000);
    expect(drawnJobWorlds(3)).toEqual(drawnJobWorlds(5).slice(0, 3));
  });

  test("build as worlds of the clock's question", () => {
    const [document] = drawnJobWorlds(1);
    expect(buildAnyWorld(document!).task.clock?.unit).toBe("seconds");
  });
});
