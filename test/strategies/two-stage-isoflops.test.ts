import { describe, expect, it } from "vitest";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { Run, RunConfig } from "../../src/task/configuration.ts";
import { randomStream } from "../../src/task/random.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import { inadmissibilities, submittedParameters } from "../../src/task/submission.ts";
import { twoStageIsoflops, WRITE_UP_SUBMISSION } from "../../strategies/two-stage-isoflops.ts";

/** Answers every question by `lossOf`. */
function runsWith(lossOf: (config: RunConfig) => number): Run[] {
  const generator = twoStageIsoflops.queries(STANFORD_2025_TASK, randomStream("unused"));
  const runs: Run[] = [];
  for (let step = generator.next(); !step.done; ) {
    const answers = step.value.map(({ reason, ...config }): Run => ({ ...config, status: "ok", loss: lossOf(config) }));
    runs.push(...answers);
    step = generator.next(answers);
  }
  return runs;
}

describe("two-stage-isoflops", () => {
  it("buys the write-up's table for 1.83e18 FLOPs, at the learning rate that won", () => {
    const runs = runsWith(({ learningRate }) => 5 + Math.abs(Math.log(learningRate / 3e-4)));
    const table = runs.map((run) => [run.numLayers, run.dModel, run.numHeads, run.learningRate, run.trainFlops]);
    expect(table).toEqual([
      [12, 768, 12, 1e-4, 1e16],
      [12, 768, 12, 3e-4, 1e16],
      [12, 768, 12, 8e-4, 1e16],
      [6, 512, 8, 3e-4, 1e17],
      [8, 768, 12, 3e-4, 1e17],
      [12, 768, 12, 3e-4, 1e17],
      [10, 1024, 16, 3e-4, 1e17],
      [16, 1024, 16, 3e-4, 1e17],
      [24, 1024, 16, 3e-4, 1e17],
      [8, 768, 12, 3e-4, 3e17],
      [10, 1024, 16, 3e-4, 3e17],
      [16, 1024, 16, 3e-4, 3e17],
      [24, 1024, 16, 3e-4, 3e17],
    ]);
    expect(runs.every(({ batchSize }) => batchSize === 256)).toBe(true);
    expect(runs.reduce((sum, { trainFlops }) => sum + trainFlops, 0)).toBe(1.83e18);
  });

  it("draws both power laws through the two minima", () => {
    // Minima at 12×768 and 16×1024: a = ln(201.3M/84.9M)/ln 3, so N(1e19) = 201.3M·(1e19/3e17)^a.
    const best = (config: RunConfig) => (config.trainFlops === 1e17 ? 84_934_656 : 201_326_592);
    const runs = runsWith((config) => {
      const off = Math.abs(Math.log(nonEmbeddingParameters(config) / best(config)));
      return (config.trainFlops === 1e17 ? 4 : 3.6) + off;
    });
    const submission = twoStageIsoflops.recommend(runs, STANFORD_2025_TASK, randomStream("unused"));
    const exponent = Math.log(201_326_592 / 84_934_656) / Math.log(3);
    const layers = Math.round((201_326_592 * (1e19 / 3e17) ** exponent) / (12 * 1024 ** 2));
    expect(layers).toBeGreaterThan(64);
    expect(submission.config).toMatchObject({ dModel: 1024, numLayers: 64, numHeads: 16, batchSize: 256 });
    expect(submission.predictedLoss).toBeCloseTo(3.6 * (3.6 / 4) ** (Math.log(1e19 / 3e17) / Math.log(3)), 9);
  });

  it("submits the common size where the minima coincide", () => {
    const runs = runsWith((config) => 4 + Math.abs(Math.log(nonEmbeddingParameters(config) / 125_829_120)));
    const submission = twoStageIsoflops.recommend(runs, STANFORD_2025_TASK, randomStream("unused"));
    expect(submission.config).toMatchObject({ dModel: 1024, numLayers: 10 });
  });

  it("contains the write-up's own submission", () => {
    expect(submittedParameters(WRITE_UP_SUBMISSION)).toBeCloseTo(280e6, -7);
    const { admissible, target } = STANFORD_2025_TASK;
    expect(inadmissibilities(WRITE_UP_SUBMISSION.config, admissible, target)).toEqual([]);
  });
});
