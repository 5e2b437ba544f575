import { describe, expect, it } from "vitest";
import { gated } from "../../src/surface/laws/gated.ts";
import { mechanistic } from "../../src/surface/laws/mechanistic.ts";
import { configOf, pointOf } from "./points.ts";

const BEYOND = {
  optimalLearningRate: 0.002,
  divergentLearningRate: 0.012,
  plateau: 6.5,
  widthReach: 0.12,
  shapeStrength: 0.02,
  bestAspectRatio: 56,
};
const UNTRAINED = 10.54;
const PRINTED = {
  E: 0,
  logA: 1.3506,
  alpha: 0.1061,
  logK: 1.5598,
  beta: 0.3898,
  g0: 0.7356,
  g1: -0.1508,
  p: 1.3297,
  w: 0.4556,
  v: -0.0364,
  b: 0.2415,
  logSlowSteps: -1.9639,
  m: 0.4449,
};
const GATED = {
  E: 1.2,
  logA: 1.139,
  alpha: 0.185,
  logK: 2.328,
  beta: 0.5568,
  g0: 0.8498,
  g1: -0.1178,
  w: 0.6279,
  v: 0.0316,
  b: 0.2572,
  firstPhaseLoss: 8.519,
  logX: 6.043,
  q: 1.1188,
  gateWidth: 1.3292,
};

type Setting = {
  readonly d: number;
  readonly L: number;
  readonly batch: number;
  readonly lr: number;
  readonly C: number;
};

/** The step count of the 2025 runs, written out. */
const stepsOf = ({ d, L, batch, C }: Setting) =>
  Math.max(1, Math.floor(C / (6 * (12 * L * d * d + 32000 * d) * batch * 512)));

/** The average as its recursion defines it, every step taken; a step's loss after 6000 more weighs 1e-26. */
function averaged(lossAt: (step: number) => number, steps: number): number {
  let average = UNTRAINED;
  for (let step = Math.max(2, steps - 6000); step <= steps; step++) average = 0.99 * average + 0.01 * lossAt(step);
  return average;
}

function printedSum(setting: Setting): number {
  const { d, L, batch, lr } = setting;
  const c = PRINTED;
  const N = 12 * L * d ** 2;
  const P = N + 32000 * d;
  const S = stepsOf(setting);
  const gain = Math.max(0, c.g0 + c.g1 * Math.log(P / 1e7));
  return averaged((s) => {
    const f = s / S;
    const schedule = (0.55 * f + (0.45 * Math.sin(Math.PI * f)) / Math.PI) / f;
    const seen = s * schedule ** c.m;
    const progress =
      (seen ** 2 / (seen + Math.exp(c.logSlowSteps))) *
      (lr / 1e-3) ** gain *
      (batch / 128) ** c.b *
      (d / 256) ** c.w *
      (L / 6) ** c.v;
    const law = c.E + Math.exp(c.logA) * (N / 1e7) ** -c.alpha + Math.exp(c.logK) * (progress / 1e3) ** -c.beta;
    return (UNTRAINED ** -c.p + law ** -c.p) ** (-1 / c.p);
  }, S);
}

function gatedSum(setting: Setting): number {
  const { d, L, batch, lr } = setting;
  const c = GATED;
  const N = 12 * L * d ** 2;
  const gain = Math.max(0, c.g0 + c.g1 * Math.log((N + 32000 * d) / 1e7));
  return averaged((s) => {
    const kilosteps = s / 1e3;
    const progress = kilosteps * (lr / 1e-3) ** gain * (batch / 128) ** c.b * (d / 256) ** c.w * (L / 6) ** c.v;
    const reducible = Math.exp(c.logA) * (N / 1e7) ** -c.alpha + Math.exp(c.logK) * progress ** -c.beta;
    const span = c.firstPhaseLoss - c.E;
    const late = c.E + (span * reducible) / (span + reducible);
    const gate = 1 - Math.exp(-Math.exp(c.logX) * (kilosteps * (lr / 1e-3) * (d / 256) ** c.gateWidth) ** c.q);
    return UNTRAINED - (UNTRAINED - late) * gate;
  }, stepsOf(setting));
}

const SETTINGS: Setting[] = [64, 100, 256, 700, 1024].flatMap((d) =>
  [2, 7, 24].flatMap((L) =>
    [128, 256].flatMap((batch) =>
      [1e-4, 4e-4, 1e-3].flatMap((lr) =>
        [1e13, 6e13, 1e14, 3e14, 1e15, 3e15, 1e16, 1e17, 1e18].map((C) => ({ d, L, batch, lr, C })),
      ),
    ),
  ),
);

describe.each([
  ["mechanistic", mechanistic.build({ ...PRINTED, beyond: BEYOND }, UNTRAINED), printedSum],
  ["gated", gated.build({ ...GATED, beyond: BEYOND }, UNTRAINED), gatedSum],
] as const)("the %s surface", (_, surface, sum) => {
  const lossAt = ({ d, L, batch, lr, C }: Setting) =>
    surface(pointOf({ dModel: d, numLayers: L, batchSize: batch, learningRate: lr, trainFlops: C }));

  it("is the average of its formula over every step, to 1e-4 nats", () => {
    for (const setting of SETTINGS)
      expect(Math.abs(lossAt(setting) - sum(setting)), JSON.stringify(setting)).toBeLessThan(1e-4);
  });

  it("reports the untrained loss where the budget is below one step", () => {
    expect(lossAt({ d: 1024, L: 24, batch: 256, lr: 1e-3, C: 1e13 })).toBe(UNTRAINED);
  });

  it("is continuous at the edges of the box", () => {
    const edge = { dModel: 1024, numLayers: 24, learningRate: 1e-3, trainFlops: 1e18 };
    const at = (changes: object) => surface(pointOf({ ...edge, ...changes }));
    // The number of steps is whole: what it loses from one width to the next is no part of this.
    const steps = pointOf(edge).steps;
    const held = (changes: object) => surface({ ...pointOf({ ...edge, ...changes }), steps });
    for (const changes of [
      { learningRate: 1e-3 * (1 + 1e-9) },
      { dModel: 1024 * (1 + 1e-9) },
      { numLayers: 24 * (1 + 1e-9) },
    ])
      expect(held(changes)).toBeCloseTo(at({}), 7);
  });

  it("has its best learning rate where the world's document puts it", () => {
    const at = (learningRate: number) => surface(pointOf({ ...configOf(), learningRate, trainFlops: 1e18 }));
    expect(at(2e-3)).toBeLessThan(at(1.9e-3));
    expect(at(2e-3)).toBeLessThan(at(2.1e-3));
    expect(at(0.05)).toBeGreaterThan(6.4);
  });

  it("gains no more from width beyond the box than its reach", () => {
    const steps = 1e5;
    const wide = { ...pointOf({ dModel: 1e6, numLayers: 24 }), parameters: 3e8, steps };
    const edge = { ...pointOf({ dModel: 1024, numLayers: 24 }), parameters: 3e8, steps };
    expect(surface(edge) - surface(wide)).toBeLessThan(0.1);
  });
});
