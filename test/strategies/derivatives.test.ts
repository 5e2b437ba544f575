import { describe, expect, it } from "vitest";
import { randomStream, standardNormal } from "../../src/task/random.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import { gradientAt, FAMILIES as LAWS, type NormalPrior } from "../../strategies/believing/index.ts";
import { ALL_EFFECTS, type Effects } from "../../strategies/champion/effects.ts";
import { familiesFor } from "../../strategies/champion/families.ts";
import { CHINCHILLA, RUNNING, VALLEY } from "../../strategies/champion/laws.ts";
import { layered } from "../../strategies/champion/layered.ts";
import type { LogFeatures, SurfaceFamily } from "../../strategies/champion/surface-family.ts";

const FRAME = { logC: Math.log(4e17), logTarget: Math.log(1e19) };
const made = (law: typeof CHINCHILLA, effects: Partial<Effects>): SurfaceFamily => {
  const family = layered({ law, charged: false, frame: FRAME, effects: { ...ALL_EFFECTS, ...effects } });
  return { ...family, name: `${family.name} with ${JSON.stringify(effects)}` };
};
const FAMILIES: readonly SurfaceFamily[] = [
  ...familiesFor(STANFORD_2025_TASK),
  made(CHINCHILLA, {}),
  made(VALLEY, { batch: "interior", fewSteps: false }),
  made(RUNNING, { batch: "interior", rate: false }),
  made(CHINCHILLA, { rate: false, shape: false, batch: "none", fewSteps: false }),
];

/** Configurations in and beyond the query box, some so short that they hardly begin and some that diverge. */
function drawFeatures(uniform: (low: number, high: number) => number): LogFeatures {
  const logWidth = Math.log(uniform(64, 3000));
  const logDepth = Math.log(uniform(2, 60));
  const logN = Math.log(12) + 2 * logWidth + logDepth;
  return {
    logN,
    logC: uniform(Math.log(1e13), Math.log(1e19)),
    logP: Math.log(Math.exp(logN) + 32000 * Math.exp(logWidth)),
    logRate: uniform(Math.log(5e-5), Math.log(2e-2)),
    logBatch: uniform(Math.log(3e4), Math.log(4e6)),
    logWidth,
    logDepth,
  };
}

/** Pairs of a derivative and what differences give; near a kink of a loss these differ. */
type Pairs = [derivative: number, difference: number][];

function expectNear(pairs: Pairs): void {
  const near = pairs.filter(([a, b]) => Math.abs(a - b) < 1e-5 + 1e-4 * Math.abs(b)).length;
  expect(near / pairs.length).toBeGreaterThan(0.98);
  expect(pairs.every(([derivative]) => Number.isFinite(derivative))).toBe(true);
}

function pairsOf(of: (x: Float64Array) => number, x: Float64Array, slopes: Float64Array): Pairs {
  const differences = gradientAt(of, x);
  return Array.from(slopes, (slope, i) => [slope, differences[i]!]);
}

function drawing(seed: string) {
  const rng = randomStream(seed);
  return {
    uniform: (low: number, high: number) => low + (high - low) * rng(),
    variables: ({ mean, sd }: NormalPrior) =>
      Float64Array.from(mean, (value, i) => value + sd[i]! * standardNormal(rng)),
  };
}

const named = <F extends { readonly name: string }>(families: readonly F[]) =>
  families.map((family) => [family.name, family] as const);

describe.each(named(FAMILIES))("the derivatives of the family %s", (name, { prior, surfaceAt }) => {
  it("are those of the loss by every variable, and leave the loss as it is", () => {
    const { uniform, variables } = drawing(name);
    const pairs: Pairs = [];
    for (let round = 0; round < 200; round++) {
      const [x, features] = [variables(prior), drawFeatures(uniform)];
      const slopes = new Float64Array(x.length).fill(Number.NaN);
      expect(surfaceAt(x)(features, slopes)).toBe(surfaceAt(x)(features));
      pairs.push(...pairsOf((at) => surfaceAt(at)(features), x, slopes));
    }
    expectNear(pairs);
  });
});

const HELD = FAMILIES.flatMap(({ name, prior, optimum }) => (optimum ? [{ name, prior, optimum }] : []));

describe.each(named(HELD))("the optimum of the family %s", (name, { prior, optimum }) => {
  it("has the derivatives of the best size and rate by every variable", () => {
    const { variables } = drawing(name);
    const pairs: Pairs = [];
    for (let round = 0; round < 100; round++) {
      const x = variables(prior);
      const slopes = [new Float64Array(x.length), new Float64Array(x.length)] as const;
      optimum(x, slopes);
      for (const axis of [0, 1] as const) pairs.push(...pairsOf((at) => optimum(at)[axis], x, slopes[axis]));
    }
    expectNear(pairs);
  });
});

describe.each(named(LAWS))("the derivatives of the law %s", (name, { prior, lossAt }) => {
  it("are those of the loss by every variable, and leave the loss as it is", () => {
    const { uniform, variables } = drawing(name);
    const pairs: Pairs = [];
    for (let round = 0; round < 200; round++) {
      const x = variables(prior);
      const scales = { logN: uniform(13, 23), logD: uniform(17, 26), steps: Math.exp(uniform(2, 11)) };
      const slopes = new Float64Array(x.length).fill(Number.NaN);
      expect(lossAt(x)(scales, slopes)).toBe(lossAt(x)(scales));
      pairs.push(...pairsOf((at) => lossAt(at)(scales), x, slopes));
    }
    expectNear(pairs);
  });
});
