import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { queryableShape, realiseShape } from "../../src/task/realise.ts";
import { violationOf } from "../../src/task/search-space.ts";
import { STANFORD_2025_TASK as task } from "../../src/task/stanford-2025/task.ts";
import { inadmissibilities } from "../../src/task/submission.ts";

const training = { batchSize: 128, learningRate: 1e-3 };

describe("realising a size as a shape", () => {
  it("is always admissible, and within 12 % of any size between 20M and 2B", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e3, max: 1e12, noNaN: true }), (parameters) => {
        const shape = realiseShape(parameters, task.admissible);
        const config = { ...shape, ...training, trainFlops: task.target };
        expect(inadmissibilities(config, task.admissible, task.target)).toEqual([]);
        if (parameters > 2e7 && parameters < 2e9)
          expect(Math.abs(Math.log(nonEmbeddingParameters(shape) / parameters))).toBeLessThan(0.12);
      }),
    );
  });

  it("stays inside the search space when the shape is to be asked for", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e3, max: 1e12, noNaN: true }), (parameters) => {
        const config = { ...queryableShape(parameters, task), ...training, trainFlops: 1e16 };
        expect(violationOf(config, task.searchSpace)).toBeUndefined();
      }),
    );
  });
});

describe("admissible submissions", () => {
  const good = { dModel: 1024, numLayers: 22, numHeads: 16, batchSize: 256, learningRate: 3e-4, trainFlops: 1e19 };

  it.each([
    [{ dModel: 1000.5 }, "d_model must be a whole number, got 1000.5"],
    [{ numLayers: 65 }, "num_layers must be in range [2, 64], got 65"],
    [{ numLayers: 4 }, "d_model / num_layers must be in range [16, 128], got 256"],
    [{ numHeads: 15 }, "num_heads must divide d_model 1024, got 15"],
    [{ numHeads: 128 }, "d_model / num_heads must be at least 16, got 8"],
    [{ batchSize: 64 }, "batch_size must be one of {128, 256}, got 64"],
    [{ learningRate: Number.NaN }, "learning_rate must be in range [0.00001, 0.01], got NaN"],
    [{ trainFlops: 1e18 }, "train_flops must be the target 10000000000000000000, got 1000000000000000000"],
  ])("%j is refused with its reason", (change, reason) => {
    expect(inadmissibilities({ ...good, ...change }, task.admissible, task.target)).toContain(reason);
  });

  it("takes the seed write-up's hand-in", () => {
    expect(inadmissibilities(good, task.admissible, task.target)).toEqual([]);
  });
});
