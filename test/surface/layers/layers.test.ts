import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UNTRAINED_LOSS } from "../../../src/law/stanford-2025.ts";
import { chinchilla } from "../../../src/surface/laws/chinchilla.ts";
import { batch } from "../../../src/surface/layers/batch.ts";
import { fewSteps } from "../../../src/surface/layers/few-steps.ts";
import { headDimension } from "../../../src/surface/layers/head-dimension.ts";
import { learningRate } from "../../../src/surface/layers/learning-rate.ts";
import { shape } from "../../../src/surface/layers/shape.ts";
import { flat, lossOf, pointAt, pointOf } from "../points.ts";

const base = chinchilla.build({ E: 1.8172, A: 482.01, B: 2085.43, alpha: 0.3478, beta: 0.3658 }, UNTRAINED_LOSS);
const law = lossOf(base);

describe("learning rate", () => {
  const layer = {
    optimum: { coefficient: 5e-4, N: 0, D: 0, C: 0 },
    curvature: 0.0183,
    belowExponent: 0.6,
    bowlWidth: 1.1,
    divergence: { threshold: 7, width: 0.15, plateau: 6.5 },
  };
  const surface = lossOf(learningRate.build(base, layer, UNTRAINED_LOSS));
  const at = (x: number) => surface(pointAt(1e8, 2e9, { learningRate: 5e-4 * Math.exp(x) }));
  const best = law(pointAt(1e8, 2e9));

  it("is a bowl of κ·ln² around the optimum", () => {
    expect(at(0)).toBeCloseTo(best, 4);
    for (const x of [-1, -0.5, 0.5]) expect(at(x) - at(0)).toBeCloseTo(0.0183 * x * x, 3);
  });

  it("is continuous at every joint, with a continuous slope below the optimum", () => {
    for (const joint of [-1.1, 0, 1.1]) {
      expect(at(joint + 1e-9)).toBeCloseTo(at(joint - 1e-9), 6);
      const slope = (x: number, h: number) => (at(x + h) - at(x)) / h;
      if (joint < 0) expect(slope(joint, 1e-5)).toBeCloseTo(slope(joint, -1e-5), 3);
    }
  });

  it("leaves about (η/η*)^p of the tokens far below the optimum", () => {
    const far = -12;
    const linear = 0.0183 * 1.1 * (2 * 12 - 1.1);
    const beyond = 12 - 1.1;
    const tokens = 2e9 * Math.exp((-0.6 * beyond ** 2) / (1 + beyond));
    expect(at(far)).toBeCloseTo(law(pointAt(1e8, tokens)) + linear, 8);
  });

  it("reaches its plateau far above, half of it at the threshold, and never lowers the loss", () => {
    expect(at(Math.log(40))).toBeCloseTo(6.5, 3);
    const bowl = 0.0183 * 1.1 * (2 * Math.log(7) - 1.1);
    expect(at(Math.log(7))).toBeCloseTo((best + bowl + 6.5) / 2, 4);
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (x) => {
        expect(at(x)).toBeGreaterThanOrEqual(best);
      }),
    );
  });

  it("moves its optimum with N, D and C as the exponents say", () => {
    const stepLaw = { ...layer, optimum: { coefficient: 1.79, N: -0.713, D: 0.307, C: 0 } };
    const [N, D] = [2.15e8, 1e10];
    const best = 1.79 * N ** -0.713 * D ** 0.307;
    const shifted = lossOf(learningRate.build(base, stepLaw, UNTRAINED_LOSS));
    expect(shifted(pointAt(N, D, { learningRate: best }))).toBeCloseTo(law(pointAt(N, D)), 4);
  });
});

describe("batch", () => {
  const surface = lossOf(batch.build(base, { criticalTokens: 2.1e8, exponent: 0.21 }, UNTRAINED_LOSS));

  it("is S_min = S/(1 + B_crit/B) with B_crit = 2.1e8·L^(-1/.21)", () => {
    const loss = law(pointAt(1e8, 2e9));
    const critical = 2.1e8 * loss ** (-1 / 0.21);
    const steps = 2e9 / (256 * 512);
    // As many steps of the largest useful batch: the tokens those steps would see are what the run is worth.
    const worth = (steps / (1 + critical / (256 * 512))) * critical;
    expect(surface(pointAt(1e8, 2e9, { batchSize: 256 }))).toBeCloseTo(law(pointAt(1e8, worth)), 10);
  });

  it("prefers the smaller batch, and the more so the higher the loss", () => {
    const cost = (N: number, D: number) =>
      surface(pointAt(N, D, { batchSize: 256 })) - surface(pointAt(N, D, { batchSize: 128 }));
    expect(cost(1e7, 2e8)).toBeGreaterThan(0.1);
    expect(cost(3e8, 6e9)).toBeLessThan(0.1);
    expect(cost(3e8, 6e9)).toBeGreaterThan(0);
  });
});

describe("shape", () => {
  const layer = { strength: 0.006, bestAspectRatio: 48, fewLayers: 6, fewLayersStrength: 0.02 };
  const surface = lossOf(shape.build(flat(3), layer, UNTRAINED_LOSS));

  it("costs k·ln²((d/L)/r*), and more with few layers", () => {
    expect(surface(pointOf({ dModel: 480, numLayers: 10 }))).toBeCloseTo(3, 12);
    expect(surface(pointOf({ dModel: 960, numLayers: 10 }))).toBeCloseTo(3 + 0.006 * Math.log(2) ** 2, 12);
    expect(surface(pointOf({ dModel: 144, numLayers: 3 }))).toBeCloseTo(3 + 0.02 * Math.log(2) ** 2, 12);
  });
});

describe("head dimension", () => {
  const surface = lossOf(headDimension.build(flat(3), { minimum: 16, cost: 0.02 }, UNTRAINED_LOSS));

  it("has a cost only where heads are narrower than the minimum", () => {
    expect(surface(pointOf({ dModel: 128, numHeads: 8 }))).toBe(3);
    expect(surface(pointOf({ dModel: 128, numHeads: 9 }))).toBe(3.02);
  });
});

describe("few steps", () => {
  const surface = lossOf(fewSteps.build(base, { slowSteps: 60, sharpness: 2 }, UNTRAINED_LOSS));

  it("is never above the untrained loss", () => {
    for (const steps of [1, 5, 30, 1000, 1e6]) expect(surface(pointAt(1e8, steps * 65536))).toBeLessThan(10.54);
  });

  it("counts s²/(s + S_w) of s steps, then saturates", () => {
    const counted = 1000 ** 2 / 1060;
    const loss = law(pointAt(1e8, counted * 65536));
    const expected = (10.54 ** -2 + loss ** -2) ** -0.5;
    expect(surface(pointAt(1e8, 1000 * 65536))).toBeCloseTo(expected, 10);
  });
});
