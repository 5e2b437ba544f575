import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { dividingHeads, queryableShape, realizeShape } from "../../src/task/realize.ts";
import { choice, integers, violationOf } from "../../src/task/search-space.ts";
import { STANFORD_2025_TASK as task } from "../../src/task/stanford-2025/task.ts";
import { inadmissibilities, submittedParameters } from "../../src/task/submission.ts";

const training = { batchSize: 128, learningRate: 1e-3 };

describe("realizing a size as a shape", () => {
  it("is always admissible, and within 12 % of any size between 20M and 2B", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e3, max: 1e12, noNaN: true }), (parameters) => {
        const shape = realizeShape(parameters, task.admissible);
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

  it.each([
    // [size, d_model, num_layers, num_heads]: heads of 64, and d/L near 64 where the size leaves a choice.
    [12 * 10 * 640 * 640, 640, 10, 10],
    [12 * 16 * 1024 * 1024, 1024, 16, 16],
    [1e3, 64, 2, 2],
    [1e12, 1024, 24, 16],
  ])("asks for %d parameters as %d × %d with %d heads", (parameters, dModel, numLayers, numHeads) => {
    expect(queryableShape(parameters, task)).toEqual({ dModel, numLayers, numHeads });
  });

  it.each([Number.NaN, 0, -1, Number.POSITIVE_INFINITY])("refuses %d parameters in one line", (parameters) => {
    const message = `a model size must be a positive number of parameters, got ${parameters}`;
    expect(() => realizeShape(parameters, task.admissible)).toThrow(new RangeError(message));
    expect(() => queryableShape(parameters, task)).toThrow(new RangeError(message));
  });

  it("prefers an aspect ratio when asked to, and forgives 2 % of the size for it", () => {
    const size = 12 * 20 * 1280 * 1280;
    expect(realizeShape(size, task.admissible)).toEqual({ dModel: 1280, numLayers: 20, numHeads: 20 });
    const slender = realizeShape(size, task.admissible, 32);
    expect(Math.abs(slender.dModel / slender.numLayers / 32 - 1)).toBeLessThan(0.15);
    expect(Math.abs(nonEmbeddingParameters(slender) / size - 1)).toBeLessThan(0.025);
  });

  it("is as near to the aspect ratio as 2 % of the size allow, and no other is nearer in both", () => {
    const allowed = { ...task.admissible, dModel: [64, 1024], numLayers: [2, 24] } as const;
    const shapes = Array.from({ length: 16 }, (_, i) => 64 * (i + 1)).flatMap((dModel) =>
      Array.from({ length: 23 }, (_, i) => ({ dModel, numLayers: i + 2 })).filter(
        ({ numLayers }) => dModel / numLayers >= 16 && dModel / numLayers <= 128,
      ),
    );
    const offSize = (shape: { dModel: number; numLayers: number }, size: number) =>
      Math.abs(Math.log(nonEmbeddingParameters(shape) / size));
    const offAspect = (shape: { dModel: number; numLayers: number }) =>
      Math.abs(Math.log(shape.dModel / shape.numLayers / 64));
    fc.assert(
      fc.property(fc.double({ min: 13, max: 19.5, noNaN: true }), (logSize) => {
        const size = Math.exp(logSize);
        const chosen = realizeShape(size, allowed);
        for (const other of shapes) {
          const nearer = offSize(other, size) < offSize(chosen, size) - 1e-9;
          expect(nearer && offAspect(other) < offAspect(chosen) + 1e-9).toBe(false);
          // A tenth of the size's error counts too.
          if (offSize(other, size) < 0.02) expect(offAspect(chosen)).toBeLessThan(offAspect(other) + 0.0021);
        }
      }),
    );
  });

  it("may lie on the limits of the aspect ratio, and not beyond", () => {
    const one = { ...task.admissible, aspectRatio: [32, 32] } as const;
    const { dModel, numLayers } = realizeShape(1e8, one);
    expect(dModel / numLayers).toBe(32);
    const wide = realizeShape(1e8, task.admissible, 500);
    expect(wide.dModel / wide.numLayers).toBeLessThanOrEqual(128);
    const deep = realizeShape(1e8, task.admissible, 2);
    expect(deep.dModel / deep.numLayers).toBeGreaterThanOrEqual(16);
  });

  it("takes widths between multiples of 64 only where no multiple is admissible", () => {
    const narrow = { ...task.admissible, dModel: [70, 90], numLayers: [2, 4] } as const;
    const { dModel, numHeads } = realizeShape(12 * 3 * 80 * 80, narrow);
    expect(dModel).toBeGreaterThanOrEqual(70);
    expect(dModel).toBeLessThanOrEqual(90);
    expect(dModel % numHeads).toBe(0);
    expect(dModel / numHeads).toBeGreaterThanOrEqual(narrow.minimumHeadDimension);
  });

  it("gives a width without a wanted divisor the nearest one that leaves heads wide enough", () => {
    const prime = { ...task.admissible, dModel: [127, 127], numLayers: [2, 2], aspectRatio: [1, 128] } as const;
    expect(realizeShape(1e6, prime)).toEqual({ dModel: 127, numLayers: 2, numHeads: 1 });
    const odd = { ...prime, dModel: [245, 245], minimumHeadDimension: 40 } as const;
    expect(realizeShape(1e6, odd)).toEqual({ dModel: 245, numLayers: 2, numHeads: 5 });
    expect(realizeShape(1e6, { ...odd, minimumHeadDimension: 49 }).numHeads).toBe(5);
    expect(realizeShape(1e6, { ...odd, minimumHeadDimension: 50 }).numHeads).toBe(1);
  });

  it("says when there is no shape at all", () => {
    const none = { ...task.admissible, dModel: [64, 64], numLayers: [64, 64] } as const;
    expect(() => realizeShape(1e6, none)).toThrow(
      "no shape is admissible: widen d_model, num_layers or the aspect ratio",
    );
  });

  it("asks for listed widths where the search space lists them, and for a range too narrow for a multiple of 64", () => {
    const listed = { ...task.searchSpace, dModel: choice([200, 300]), numLayers: choice([3]) };
    expect(queryableShape(12 * 3 * 300 * 300, { ...task, searchSpace: listed })).toEqual({
      dModel: 300,
      numLayers: 3,
      numHeads: 5,
    });
    const tight = { ...task.searchSpace, dModel: integers(65, 100) };
    expect(queryableShape(1e3, { ...task, searchSpace: tight }).dModel).toBe(65);
    expect(queryableShape(1e8, { ...task, searchSpace: tight }).dModel).toBe(100);
    const single = { ...task.searchSpace, dModel: integers(60, 100) };
    expect(queryableShape(1e8, { ...task, searchSpace: single }).dModel).toBe(64);
    const deep = { ...task.searchSpace, numLayers: integers(2, 1e12) };
    expect(queryableShape(1e12, { ...task, searchSpace: deep }).numLayers).toBe(64);
  });

  it("asks for a width that has the right number of heads, where some have", () => {
    const eight = { ...task.searchSpace, numHeads: choice([8]) };
    expect(queryableShape(12 * 10 * 640 * 640, { ...task, searchSpace: eight })).toMatchObject({
      dModel: 512,
      numHeads: 8,
    });
  });

  it("asks for the nearest number of heads where no width has the one it wants", () => {
    const single = { ...task.searchSpace, numHeads: choice([1]) };
    expect(queryableShape(12 * 10 * 640 * 640, { ...task, searchSpace: single })).toEqual({
      dModel: 640,
      numLayers: 10,
      numHeads: 1,
    });
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
    [{ dModel: 32 }, "d_model must be in range [64, 4096], got 32"],
    [{ dModel: 4160 }, "d_model must be in range [64, 4096], got 4160"],
    [{ numLayers: 22.5 }, "num_layers must be a whole number, got 22.5"],
    [{ numHeads: 0 }, "num_heads must divide d_model 1024, got 0"],
    [{ numHeads: -16 }, "num_heads must divide d_model 1024, got -16"],
    [{ numHeads: 0.5 }, "num_heads must divide d_model 1024, got 0.5"],
    [{ learningRate: 0.02 }, "learning_rate must be in range [0.00001, 0.01], got 0.02"],
    [{ dModel: 1024, numLayers: 64, numHeads: 15, batchSize: 0 }, "batch_size must be one of {128, 256}, got 0"],
    [{ trainFlops: 1e18 }, "train_flops must be the target 10000000000000000000, got 1000000000000000000"],
  ])("%j is refused with its reason", (change, reason) => {
    expect(inadmissibilities({ ...good, ...change }, task.admissible, task.target)).toContain(reason);
  });

  it.each([
    ["the seed write-up's hand-in", {}],
    ["the narrowest", { dModel: 64, numLayers: 2, numHeads: 4, learningRate: 1e-5 }],
    ["the widest", { dModel: 4096, numLayers: 64, numHeads: 256, batchSize: 128, learningRate: 1e-2 }],
    ["the flattest", { dModel: 1024, numLayers: 8 }],
    ["the most slender", { dModel: 1024, numLayers: 64 }],
    ["a single head", { numHeads: 1 }],
  ])("takes %s", (_, change) => {
    expect(inadmissibilities({ ...good, ...change }, task.admissible, task.target)).toEqual([]);
  });

  it("says everything that is wrong, not the first of it", () => {
    const bad = { ...good, dModel: 32, numLayers: 1, batchSize: 3, learningRate: 1, trainFlops: 1 };
    expect(inadmissibilities(bad, task.admissible, task.target)).toHaveLength(6);
  });
});

it("a submission's size is 12·L·d² of its shape", () => {
  const config = { dModel: 1024, numLayers: 22, numHeads: 16, batchSize: 256, learningRate: 3e-4, trainFlops: 1e19 };
  expect(submittedParameters({ config, predictedLoss: 3 })).toBe(12 * 22 * 1024 * 1024);
});

it("heads are found at once for a width of any size", () => {
  expect(dividingHeads(2 ** 90, 16, (heads) => Math.abs(heads - 8))).toBe(8);
});

describe("a range without a multiple of 64", () => {
  const narrow = (searchSpace: object) => ({ ...task, searchSpace: { ...task.searchSpace, ...searchSpace } });

  it("has its own whole numbers, or its lower end where it has none", () => {
    expect(queryableShape(1e5, narrow({ dModel: integers(65, 100) })).dModel).toBe(65);
    expect(queryableShape(1e9, narrow({ dModel: integers(65, 100) })).dModel).toBe(100);
    const between = { kind: "range", minimum: 70.2, maximum: 70.8, integer: false } as const;
    expect(queryableShape(1e9, narrow({ dModel: between })).dModel).toBe(70.2);
    expect(realizeShape(1e7, { ...task.admissible, dModel: [65, 100], aspectRatio: [1, 100] }).dModel).toBe(100);
  });

  it("is left where no multiple of 64 has an admissible depth", () => {
    const shape = realizeShape(1e7, {
      ...task.admissible,
      dModel: [64, 130],
      numLayers: [5, 5],
      aspectRatio: [20, 25],
    });
    expect(shape.dModel).toBe(125);
    expect(() => realizeShape(1e7, { ...task.admissible, numLayers: [2, 2], aspectRatio: [1, 2] })).toThrow("no shape");
  });
});
