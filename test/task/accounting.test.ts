import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chargedParameters,
  exactParameters,
  nonEmbeddingParameters,
  stepsOf,
  trainingOf,
} from "../../src/task/accounting.ts";

const shape = { dModel: 1024, numLayers: 24, numHeads: 16 };
const config = { ...shape, batchSize: 128, learningRate: 1e-3, trainFlops: 1e16 };

describe("parameter counts of the 2025 model", () => {
  it("states N = 12·L·d²", () => {
    expect(nonEmbeddingParameters(shape)).toBe(301_989_888);
  });

  it("charges the untied output layer too", () => {
    expect(chargedParameters(shape)).toBe(301_989_888 + 32_768_000);
  });

  it("counts every tensor of the model", () => {
    const { dModel: d, numLayers } = shape;
    const attention = 4 * d * d;
    const mlp = 2 * 4 * d * d + 4 * d + d;
    const layerNorms = 2 * d;
    const embeddings = 32_000 * d + 512 * d;
    const head = d + 32_000 * d;
    expect(exactParameters(shape)).toBe(numLayers * (attention + mlp + layerNorms) + embeddings + head);
  });
});

describe("what FLOPs buy", () => {
  it("gives the handout's D = C/(6N) exactly", () => {
    const { tokens, parameters } = trainingOf(config, "handout");
    expect(tokens).toBeCloseTo(1e16 / (6 * parameters), 3);
  });

  it("counts the FLOPs of a table's parameters and tokens, which may grow with the size", () => {
    const { parameters, tokens } = trainingOf(config, { flopsPerParameterToken: 7 });
    expect(tokens).toBeCloseTo(1e16 / (7 * parameters), 3);
    const growing = trainingOf(config, { flopsPerParameterToken: 7, sizeExponent: 0.5 });
    expect(growing.tokens).toBeCloseTo(1e16 / (7 * Math.sqrt(parameters / 1e8) * parameters), 3);
  });

  it("floors the steps that the 2025 runs were charged for", () => {
    expect(stepsOf(config, "stanford-2025")).toBe(Math.floor(1e16 / (6 * 334_757_888 * 128 * 512)));
    expect(stepsOf({ ...config, trainFlops: 1e13 }, "stanford-2025")).toBe(0);
    const { parameters, steps, tokens } = trainingOf(config, "stanford-2025");
    expect([parameters, steps, tokens]).toEqual([301_989_888, 75, 75 * 128 * 512]);
  });

  it("never spends more than C, and never a whole step less", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 64, max: 1024 }),
        fc.integer({ min: 2, max: 24 }),
        fc.constantFrom(128, 256),
        fc.constantFrom(1e13, 3e14, 6e15, 1e18),
        (dModel, numLayers, batchSize, trainFlops) => {
          const asked = { ...config, dModel, numLayers, batchSize, trainFlops };
          const perStep = 6 * chargedParameters(asked) * batchSize * 512;
          const spent = stepsOf(asked, "stanford-2025") * perStep;
          expect(spent).toBeLessThanOrEqual(trainFlops);
          expect(spent + perStep).toBeGreaterThan(trainFlops);
        },
      ),
    );
  });
});
