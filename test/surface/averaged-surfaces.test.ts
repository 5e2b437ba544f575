import { describe, expect, it } from "vitest";
import { annealed } from "../../src/surface/laws/annealed.ts";
import { gated } from "../../src/surface/laws/gated.ts";
import { mechanistic } from "../../src/surface/laws/mechanistic.ts";
import { configOf, lossOf, pointOf } from "./points.ts";

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

/** Fitted to all answers (docs/surface.md, "The annealed surface"). */
const ANNEALED = {
  E: 1.2,
  logA: 1.271448,
  alpha: 0.195,
  logK: 4.857248,
  beta: 0.618167,
  g0: 1.092772,
  g1: -0.04283,
  w: 1.027391,
  v: 0.219072,
  b: 0.370837,
  firstPhaseLoss: 7.346825,
  logX: 11.192406,
  gateWidth: 1.213584,
  logCriticalRate: 1.232742,
  criticalExponent: 0.713,
};
const ANNEALED_UNTRAINED = 10.541791;
const TIED = {
  bestRate: 2,
  rateCost: 0,
  divergentRate: 6,
  plateau: 6.5,
  widthReach: 0.12,
  shapeStrength: 0.02,
  bestAspectRatio: 56,
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
function averaged(lossAt: (step: number) => number, steps: number, untrained = UNTRAINED): number {
  let average = untrained;
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

function annealedSum(setting: Setting): number {
  const { d, L, batch, lr } = setting;
  const c = ANNEALED;
  const N = 12 * L * d ** 2;
  const S = stepsOf(setting);
  const x = Math.log(lr / 1e-3);
  const y = x - Math.log(1 + Math.exp(8 * (x - c.logCriticalRate + c.criticalExponent * Math.log(N / 1e7)))) / 8;
  const gain = Math.max(0, c.g0 + c.g1 * Math.log((N + 32000 * d) / 1e7));
  return averaged(
    (s) => {
      const kilosteps = s / 1e3;
      const annealing = 0.1 + 0.45 * (1 + Math.cos((Math.PI * s) / S));
      const progress = kilosteps * Math.exp(gain * y) * (batch / 128) ** c.b * (d / 256) ** c.w * (L / 6) ** c.v;
      const reducible = Math.exp(c.logA) * (N / 1e7) ** -c.alpha + Math.exp(c.logK) * annealing * progress ** -c.beta;
      const span = c.firstPhaseLoss - c.E;
      const late = c.E + (span * reducible) / (span + reducible);
      const r = Math.exp(-1);
      const z = Math.exp(c.logX) * (kilosteps * Math.exp(y) * (d / 256) ** c.gateWidth) ** 2;
      return ANNEALED_UNTRAINED - (ANNEALED_UNTRAINED - late) * (1 - (1 + z / r) ** -r);
    },
    S,
    ANNEALED_UNTRAINED,
  );
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

const tied = lossOf(annealed.build({ ...ANNEALED, beyond: TIED }, ANNEALED_UNTRAINED));

describe("the annealed surface at the constants of its page", () => {
  it.each([
    [{ d: 64, L: 2, batch: 128, lr: 1e-3, C: 1e14 }, 9.010906],
    [{ d: 1024, L: 24, batch: 128, lr: 1e-3, C: 1e16 }, 8.932675],
    [{ d: 512, L: 8, batch: 128, lr: 1e-3, C: 6e16 }, 4.425621],
    [{ d: 256, L: 8, batch: 128, lr: 1e-4, C: 3e16 }, 6.213673],
    [{ d: 768, L: 24, batch: 128, lr: 1e-3, C: 3e17 }, 4.218075],
  ])("at %j is %d by the whole sum, to 1e-5, and by the quadrature, to 1e-4", (setting, loss) => {
    const { d, L, batch, lr, C } = setting;
    expect(Math.abs(annealedSum(setting) - loss)).toBeLessThan(1e-5);
    const config = { dModel: d, numLayers: L, batchSize: batch, learningRate: lr, trainFlops: C };
    expect(Math.abs(tied(pointOf(config)) - loss)).toBeLessThan(1e-4);
  });

  it("never rises with C and never exceeds the untrained loss", () => {
    const budgets = Array.from({ length: 60 }, (_, i) => Math.round(10 ** (13 + i / 10)));
    for (const { d, L, batch, lr } of SETTINGS.filter(({ C }) => C === 1e13)) {
      const losses = budgets.map((trainFlops) =>
        tied(pointOf({ dModel: d, numLayers: L, batchSize: batch, learningRate: lr, trainFlops })),
      );
      for (const [i, loss] of losses.entries()) expect(loss).toBeLessThanOrEqual(losses[i - 1] ?? ANNEALED_UNTRAINED);
    }
  });

  it("gains nothing from rates above the critical one", () => {
    const at = (learningRate: number) => tied(pointOf({ dModel: 1024, numLayers: 24, learningRate, trainFlops: 1e18 }));
    expect(at(2e-4) - at(3e-4)).toBeGreaterThan(0.05);
    expect(Math.abs(at(6e-4) - at(1e-3))).toBeLessThan(1e-3);
  });

  it("has its best rate at the stated multiple of the critical one where higher rates cost", () => {
    const costly = lossOf(
      annealed.build({ ...ANNEALED, beyond: { ...TIED, bestRate: 3, rateCost: 0.02 } }, ANNEALED_UNTRAINED),
    );
    const critical = 1e-3 * Math.exp(ANNEALED.logCriticalRate) * (2.4e8 / 1e7) ** -ANNEALED.criticalExponent;
    const shape = { dModel: 1000, numLayers: 20, trainFlops: 1e19 };
    const at = (learningRate: number) => costly(pointOf({ ...shape, learningRate }));
    expect(at(3 * critical)).toBeLessThan(at(6 * critical) - 0.005);
    expect(at(3 * critical)).toBeLessThan(at(0.8 * critical) - 0.005);
    expect(at(0.1)).toBeGreaterThan(6.4);
  });
});

describe.each([
  ["annealed", tied, annealedSum, ANNEALED_UNTRAINED],
  ["mechanistic", lossOf(mechanistic.build({ ...PRINTED, beyond: BEYOND }, UNTRAINED)), printedSum, UNTRAINED],
  ["gated", lossOf(gated.build({ ...GATED, beyond: BEYOND }, UNTRAINED)), gatedSum, UNTRAINED],
] as const)("the %s surface", (_, surface, sum, untrained) => {
  const lossAt = ({ d, L, batch, lr, C }: Setting) =>
    surface(pointOf({ dModel: d, numLayers: L, batchSize: batch, learningRate: lr, trainFlops: C }));

  it("is the average of its formula over every step, to 1e-4 nats", () => {
    for (const setting of SETTINGS)
      expect(Math.abs(lossAt(setting) - sum(setting)), JSON.stringify(setting)).toBeLessThan(1e-4);
  });

  it("reports the untrained loss where the budget is below one step", () => {
    expect(lossAt({ d: 1024, L: 24, batch: 256, lr: 1e-3, C: 1e13 })).toBe(untrained);
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

  it("gains no more from width beyond the box than its reach", () => {
    const steps = 1e5;
    const wide = { ...pointOf({ dModel: 1e6, numLayers: 24 }), parameters: 3e8, steps };
    const edge = { ...pointOf({ dModel: 1024, numLayers: 24 }), parameters: 3e8, steps };
    expect(surface(edge) - surface(wide)).toBeLessThan(0.1);
  });
});

it.each([
  ["mechanistic", lossOf(mechanistic.build({ ...PRINTED, beyond: BEYOND }, UNTRAINED))],
  ["gated", lossOf(gated.build({ ...GATED, beyond: BEYOND }, UNTRAINED))],
] as const)("the %s surface has its best learning rate above the box where the world says", (_, surface) => {
  const at = (learningRate: number) => surface(pointOf({ ...configOf(), learningRate, trainFlops: 1e18 }));
  expect(at(2e-3)).toBeLessThan(at(1.9e-3));
  expect(at(2e-3)).toBeLessThan(at(2.1e-3));
  expect(at(0.05)).toBeGreaterThan(6.4);
});
