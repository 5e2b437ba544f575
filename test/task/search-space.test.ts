import { describe, expect, it } from "vitest";
import { accepts, choice, integers, nearest, reals, valuesOf, violationOf } from "../../src/task/search-space.ts";
import { STANFORD_2025_TASK as task } from "../../src/task/stanford-2025/task.ts";
import { budgetsOf } from "../../src/task/task.ts";

const config = { dModel: 64, numLayers: 24, numHeads: 16, batchSize: 256, learningRate: 1e-3, trainFlops: 1e13 };

describe("what a field accepts", () => {
  it.each([
    [integers(2, 5), [2, 3, 5], [1, 6, 2.5, Number.NaN, Number.POSITIVE_INFINITY]],
    [reals(0.1, 0.3), [0.1, 0.2, 0.3], [0.09, 0.31, Number.NaN]],
    [choice([128, 256]), [128, 256], [129, 0, 192]],
  ])("%j", (domain, inside, outside) => {
    expect(inside.filter((value) => !accepts(domain, value))).toEqual([]);
    expect(outside.filter((value) => accepts(domain, value))).toEqual([]);
  });
});

describe("a violation", () => {
  it("is none on the corners of the task's space", () => {
    expect(violationOf(config, task.searchSpace)).toBeUndefined();
    const other = { dModel: 1024, numLayers: 2, numHeads: 2, batchSize: 128, learningRate: 1e-4, trainFlops: 1e18 };
    expect(violationOf(other, task.searchSpace)).toBeUndefined();
  });

  it("is of the first field in the API's order", () => {
    const two = { ...config, learningRate: 1, numHeads: 17 };
    expect(violationOf(two, task.searchSpace)).toEqual({
      field: "numHeads",
      value: 17,
      domain: task.searchSpace.numHeads,
    });
  });

  it.each([
    { dModel: 63 },
    { dModel: 1025 },
    { numLayers: 1 },
    { numLayers: 25 },
    { numHeads: 1 },
    { numHeads: 17 },
    { batchSize: 64 },
    { learningRate: 0.99e-4 },
    { learningRate: 1.01e-3 },
    { trainFlops: 2e13 },
  ])("of the 2025 API: %j", (change) => {
    expect(violationOf({ ...config, ...change }, task.searchSpace)?.field).toBe(Object.keys(change)[0]);
  });
});

describe("a list of values", () => {
  it("is ascending, whatever the order it was written in", () => {
    const domain = choice([1e15, 3e13, 2e14]);
    expect(valuesOf(domain)).toEqual([3e13, 2e14, 1e15]);
    expect(budgetsOf({ ...task, searchSpace: { ...task.searchSpace, trainFlops: domain } })).toEqual([
      3e13, 2e14, 1e15,
    ]);
  });

  it("is not to be had of a range", () => {
    expect(() => valuesOf(reals(1, 2))).toThrow("a range [1, 2] has no list of values");
  });
});

describe("the nearest accepted value", () => {
  it.each([
    [integers(2, 24), 1, 2],
    [integers(2, 24), 30, 24],
    [integers(2, 24), 7.4, 7],
    [integers(2, 24), 7.6, 8],
    [reals(1e-4, 1e-3), 5.5e-4, 5.5e-4],
    [reals(1e-4, 1e-3), 5e-5, 1e-4],
    [reals(1e-4, 1e-3), 5e-3, 1e-3],
    // In ratio 190 is nearer to 256 than to 128; in difference it would be the other way round.
    [choice([128, 256]), 190, 256],
    [choice([128, 256]), 180, 128],
    [choice([256, 128]), 180, 128],
  ])("in %j to %d is %d", (domain, value, expected) => {
    expect(nearest(domain, value)).toBe(expected);
  });
});
