import { describe, expect, it } from "vitest";
import { hashConfiguration, normal, uniform } from "../../src/surface/hash.ts";
import { buildNoise, type Noise, noiseSd } from "../../src/surface/noise.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { apiConfigs, configOf } from "./points.ts";

const noise = {
  sdByLoss: [
    [3, 0.002],
    [7, 0.05],
    [9, 0.01],
  ],
} as const;
/** Computed once and kept: a change of these changes every world. */
const KNOWN = { hash: -276056229, uniform: 0.40465339517686516, normal: 0.7184819933388562 };
const spread = (draws: readonly number[]) =>
  Math.sqrt(draws.reduce((sum, draw) => sum + draw * draw, 0) / draws.length);

/** What the noise adds to a loss. */
function noiseOf(noise: Noise, seed: number, repetition: number, config: RunConfig, loss: number): number {
  const noisy = new Float64Array(1);
  buildNoise(noise, seed)([config], 0, 1, repetition, Float64Array.of(loss), noisy);
  return (noisy[0] as number) - loss;
}

describe("the hash", () => {
  it("keeps its values, so that published worlds stay the same", () => {
    expect(hashConfiguration(2025, 0, configOf())).toBe(KNOWN.hash);
    expect(uniform(KNOWN.hash, 0)).toBe(KNOWN.uniform);
    expect(normal(KNOWN.hash, 0)).toBe(KNOWN.normal);
  });

  it("is uniform enough for a thousand bins", () => {
    const bins = new Array<number>(100).fill(0);
    for (const [i, config] of apiConfigs(20000).entries()) {
      const bin = Math.floor(100 * uniform(hashConfiguration(i, 0, config), 0));
      bins[bin] = (bins[bin] as number) + 1;
    }
    const chiSquare = bins.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    expect(chiSquare).toBeLessThan(150);
  });
});

describe("noise", () => {
  it("has the stated spread, linear between its knots", () => {
    const expected = [0.002, 0.002, 0.026, 0.05, 0.03, 0.01];
    for (const [i, loss] of [2, 3, 5, 7, 8, 20].entries())
      expect(noiseSd(noise, loss)).toBeCloseTo(expected[i] as number, 12);
    for (const [loss, sd] of [
      [3, 0.002],
      [5, 0.026],
      [9, 0.01],
    ] as const) {
      const draws = apiConfigs(5000).map((config) => noiseOf(noise, 1, 0, config, loss));
      expect(spread(draws) / sd).toBeGreaterThan(0.97);
      expect(spread(draws) / sd).toBeLessThan(1.03);
      expect(Math.abs(draws.reduce((a, b) => a + b) / draws.length)).toBeLessThan(0.05 * sd);
    }
  });

  it("repeats for the same query and differs for another configuration, repetition or seed", () => {
    const draw = (seed: number, repetition: number, changes = {}) =>
      noiseOf(noise, seed, repetition, configOf(changes), 4);
    expect(draw(1, 0)).toBe(draw(1, 0));
    const others = [
      draw(2, 0),
      draw(1, 1),
      ...[
        { dModel: 513 },
        { numLayers: 9 },
        { numHeads: 4 },
        { batchSize: 256 },
        { learningRate: 6e-4 },
        { trainFlops: 3e16 },
      ].map((changes) => draw(1, 0, changes)),
    ];
    expect(new Set([draw(1, 0), ...others]).size).toBe(others.length + 1);
  });

  it("is uncorrelated between repetitions", () => {
    const configs = apiConfigs(5000);
    const [first, second] = [0, 1].map((repetition) =>
      configs.map((config) => noiseOf(noise, 1, repetition, config, 7)),
    ) as [number[], number[]];
    const correlation =
      first.reduce((sum, draw, i) => sum + draw * (second[i] as number), 0) / (5000 * spread(first) * spread(second));
    expect(Math.abs(correlation)).toBeLessThan(0.05);
  });

  it("adds outliers that are positive and as frequent as stated", () => {
    const wrong = { sdByLoss: [], outliers: { probability: 0.02, scale: 0.4 } };
    const draws = apiConfigs(20000).map((config, i) => noiseOf(wrong, 1, i, config, 4));
    const outliers = draws.filter((draw) => draw !== 0);
    expect(outliers.length / draws.length).toBeGreaterThan(0.016);
    expect(outliers.length / draws.length).toBeLessThan(0.024);
    expect(Math.min(...outliers)).toBeGreaterThan(0);
    expect(spread(outliers)).toBeGreaterThan(0.34);
    expect(spread(outliers)).toBeLessThan(0.46);
  });
});
