import { describe, expect, it } from "vitest";
import { integers, reals } from "../../../src/task/search-space.ts";
import { STANFORD_2025_TASK as task } from "../../../src/task/stanford-2025/task.ts";
import { fromWire, overBudgetMessage, rangeMessage, toWire, wireText } from "../../../src/task/stanford-2025/wire.ts";

const config = { dModel: 512, numLayers: 8, numHeads: 4, batchSize: 128, learningRate: 5e-4, trainFlops: 1e16 };
const row = { d_model: 512, num_layers: 8, num_heads: 4, batch_size: 128, learning_rate: 5e-4, train_flops: 1e16 };

describe("a configuration on the wire", () => {
  it("has the API's names in the API's order, and nothing else with it", () => {
    const wire = toWire({ ...config, reason: "none" } as typeof config);
    expect(Object.entries(wire)).toEqual(Object.entries(row));
  });

  it("is read back without the row's other columns", () => {
    expect(fromWire({ ...row, loss: 3 } as typeof row)).toEqual(config);
  });

  it.each([
    ["trainFlops", 1e18, "1000000000000000000"],
    ["trainFlops", 1e22, "10000000000000000000000"],
    ["dModel", 512, "512"],
    ["dModel", 512.5, "512.5"],
    ["learningRate", 5e-5, "5e-05"],
    ["learningRate", 1, "1.0"],
  ] as const)("writes %s %d as %s", (field, value, text) => {
    expect(wireText(field, value)).toBe(text);
  });
});

describe("the API's sentence", () => {
  const { searchSpace } = task;

  it.each([
    ["dModel", integers(64, 1024), "63", "d_model must be in range [64, 1024], got 63"],
    ["learningRate", reals(1e-4, 1e-3), "1", "learning_rate must be in range [0.0001, 0.001], got 1"],
    ["batchSize", searchSpace.batchSize, "64", "batch_size must be one of {128, 256}, got 64"],
    [
      "trainFlops",
      { kind: "choice", values: [1e13, 1e18] },
      "x",
      "train_flops must be one of [10000000000000, 1000000000000000000], got x",
    ],
  ] as const)("for %s out of range", (field, domain, got, sentence) => {
    expect(rangeMessage(field, domain, got)).toBe(sentence);
  });

  it("for a question over budget has every digit", () => {
    expect(overBudgetMessage(10n ** 18n, 3n * 10n ** 17n, 10n ** 18n)).toBe(
      "FLOPs budget exceeded: used 1000000000000000000 + requested 300000000000000000 > 1000000000000000000",
    );
  });
});
