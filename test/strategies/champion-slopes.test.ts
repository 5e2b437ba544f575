import { describe, expect, it } from "vitest";
import { randomStream, standardNormal } from "../../src/task/random.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import { gradientAt } from "../../strategies/believing/index.ts";
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

/** The share of the derivatives that differences confirm; near a kink they do not. */
const MOST = 0.98;

describe.each(FAMILIES.map((family) => [family.name, family] as const))(
  "the derivatives of the family %s",
  (_, family) => {
    const { mean, sd } = family.prior;
    const rng = randomStream(family.name);
    const uniform = (low: number, high: number) => low + (high - low) * rng();
    const drawVariables = () => Float64Array.from(mean, (value, i) => value + sd[i]! * standardNormal(rng));
    const shareNear = (pairs: readonly (readonly [number, number])[]) =>
      pairs.filter(([a, b]) => Math.abs(a - b) < 1e-5 + 1e-4 * Math.abs(b)).length / pairs.length;

    it("are those of the loss by every variable, and leave the loss as it is", () => {
      const pairs: [number, number][] = [];
      for (let round = 0; round < 200; round++) {
        const [x, features] = [drawVariables(), drawFeatures(uniform)];
        const slopes = new Float64Array(x.length).fill(Number.NaN);
        expect(family.surfaceAt(x)(features, slopes)).toBe(family.surfaceAt(x)(features));
        const expected = gradientAt((at) => family.surfaceAt(at)(features), x);
        pairs.push(...Array.from(slopes, (slope, i): [number, number] => [slope, expected[i]!]));
      }
      expect(shareNear(pairs)).toBeGreaterThan(MOST);
      expect(pairs.every(([slope]) => Number.isFinite(slope))).toBe(true);
    });

    it.skipIf(!family.optimum)("are those of the best size and rate", () => {
      const pairs: [number, number][] = [];
      for (let round = 0; round < 100; round++) {
        const x = drawVariables();
        const slopes = [new Float64Array(x.length), new Float64Array(x.length)] as const;
        family.optimum?.(x, slopes);
        for (const axis of [0, 1] as const) {
          const expected = gradientAt((at) => family.optimum?.(at)[axis] ?? Number.NaN, x);
          pairs.push(...Array.from(slopes[axis], (slope, i): [number, number] => [slope, expected[i]!]));
        }
      }
      expect(shareNear(pairs)).toBeGreaterThan(MOST);
    });
  },
);
