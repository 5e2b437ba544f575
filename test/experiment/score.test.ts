import { describe, expect, it } from "vitest";
import { scoreSubmission } from "../../src/experiment/score.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument, presetNames } from "../../src/surface/presets.ts";
import { optimumOf } from "../../src/surface/truth.ts";

describe.each(presetNames().slice(0, 6))("scores on %s", (name) => {
  const world = buildWorld(presetDocument(name));
  const optimum = optimumOf(world);

  it("are zero regret for the optimum", () => {
    const score = scoreSubmission(world, { config: optimum.config, predictedLoss: optimum.loss + 0.1 });
    expect(score).toMatchObject({ regret: 0, regretFromSize: 0, regretFromHyperparameters: 0, lnNError: 0 });
    expect(score.lossError).toBeCloseTo(0.1, 12);
  });

  it("attribute the regret of a wrong learning rate to the hyperparameters", () => {
    const config = { ...optimum.config, learningRate: optimum.config.learningRate / 8 };
    const { regret, regretFromSize, regretFromHyperparameters } = scoreSubmission(world, { config, predictedLoss: 3 });
    expect(regret).toBeGreaterThan(0);
    expect(regretFromSize).toBeLessThan(1e-4);
    expect(regretFromSize + regretFromHyperparameters).toBeCloseTo(regret, 12);
  });

  it("say whether an interval covers the truth", () => {
    const { loss, config } = optimum;
    const covered = (low: number, high: number) =>
      scoreSubmission(world, { config, predictedLoss: loss, interval: { level: 0.8, low, high } }).covered;
    expect([covered(loss - 0.1, loss + 0.1), covered(loss + 0.1, loss + 0.2)]).toEqual([true, false]);
  });

  it("refuse an inadmissible submission, and say why", () => {
    const config = { ...optimum.config, batchSize: 64 };
    expect(() => scoreSubmission(world, { config, predictedLoss: 3 })).toThrow(
      "submission is not admissible: batch_size must be one of {128, 256}, got 64",
    );
    expect(() => scoreSubmission(world, { config: optimum.config, predictedLoss: Number.NaN })).toThrow("got NaN");
  });
});
