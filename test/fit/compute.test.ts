import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeOf, SIX_ND } from "../../src/fit/compute.ts";
import { measuredNoise } from "../../src/fit/noise.ts";
import type { RunPoint } from "../../src/task/run-point.ts";

/** Sizes by tokens, their compute as given. */
function table(flops: (N: number, D: number, i: number) => number): RunPoint[] {
  return [1e7, 4e7, 1.6e8, 6.4e8].flatMap((N, n) =>
    [1e9, 1e10, 1e11].map((D, d) => ({ N, D, C: flops(N, D, 3 * n + d), loss: 3 })),
  );
}

const law = (k: number, n: number, d: number) => (N: number, D: number) =>
  Math.exp(Math.log(k) + n * Math.log(N) + d * Math.log(D));

describe("what a table's runs cost", () => {
  it("is 6·N·D within a percent, and where no row has N and D", () => {
    expect(computeOf(table((N, D, i) => (i % 2 ? 6.05 : 5.95) * N * D))).toBe(SIX_ND);
    expect(computeOf([])).toBe(SIX_ND);
    expect(computeOf(table(() => 1e20).map((run) => ({ ...run, N: Number.NaN })))).toBe(SIX_ND);
    expect([SIX_ND.flops(2, 5), SIX_ND.tokens(60, 2), SIX_ND.note, SIX_ND.fault]).toEqual([
      60,
      5,
      undefined,
      undefined,
    ]);
  });

  it.each([5.9, 6.1, 18])("is another constant where its mean is %d·N·D", (k) => {
    const compute = computeOf(table((N, D, i) => (i % 2 ? 1.009 : 1 / 1.009) * k * N * D));
    expect(compute.k).toBeCloseTo(k, 10);
    expect([compute.n, compute.d, compute.fault]).toEqual([1, 1, undefined]);
    expect(compute.note).toContain(k.toPrecision(3));
    expect([compute.flops(3, 7), compute.tokens(1e20, 1e9)]).toEqual([compute.k * 3 * 7, 1e20 / compute.k / 1e9]);
  });

  it("is a trend in N, and in D as well where that adds much", () => {
    const inN = computeOf(table(law(20, 0.95, 1)));
    expect([inN.k / 20, inN.n, inN.d]).toEqual([expect.closeTo(1, 8), expect.closeTo(0.95, 8), 1]);
    const inBoth = computeOf(table(law(20, 0.95, 1.1)));
    expect([inBoth.k / 20, inBoth.n, inBoth.d]).toEqual([
      expect.closeTo(1, 8),
      expect.closeTo(0.95, 8),
      expect.closeTo(1.1, 8),
    ]);
    for (const part of ["N^0.950", "D^1.100", "20.0"]) expect(inBoth.note).toContain(part);
    const hardlyInD = computeOf(table((N, D, i) => law(20, 0.95, 1)(N, D) * (i % 5 < 2 ? 1.02 : 1 / 1.02)));
    expect(hardlyInD.d).toBe(1);
  });

  it("buys the tokens that cost it, by every law", () => {
    const range = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        range(3, 30),
        range(0.8, 1.2),
        range(0.8, 1.2),
        range(10, 25),
        range(15, 30),
        (k, n, d, logN, logD) => {
          const compute = computeOf(table(law(k, n, d)));
          const [N, D] = [Math.exp(logN), Math.exp(logD)];
          expect(compute.tokens(compute.flops(N, D), N) / D).toBeCloseTo(1, 9);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is the median where it varies by less than 15 % without a trend, and unknown beyond", () => {
    const scattered = (width: number) =>
      computeOf(
        table((N, D, i) => 9 * N * D * Math.exp(width * [1, -1, 0.9, -1, 1, -0.9, -0.9, 1, -1, 0.9, -1, 1][i]!)),
      );
    const near = scattered(0.1);
    expect([near.n, near.d, near.fault]).toEqual([1, 1, undefined]);
    expect(near.k).toBeCloseTo(9, 8);
    expect(near.note).toContain("9.00");
    const far = scattered(0.5);
    expect([far.k, far.note]).toEqual([expect.closeTo(9, 8), undefined]);
    for (const end of ["5.46", "14.8"]) expect(far.fault).toContain(end);
  });

  it("follows no trend with fewer than three runs more than parameters, or with a negative power of N or D", () => {
    const four = table((N, D) => law(20, 0.8, 1)(N, D)).filter((_, i) => i % 3 === 0);
    expect(computeOf(four).fault).toBeDefined();
    const falling = computeOf(table(law(1e9, 0.1, 1)));
    expect([falling.n, falling.fault === undefined]).toEqual([1, false]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("leaves out rows that cost %d", (C) => {
    const bad = { N: 1e8, D: 1e9, C, loss: 3 };
    expect(computeOf([...table((N, D) => 18 * N * D), bad]).k).toBeCloseTo(18, 10);
    expect(computeOf([...table(law(20, 0.95, 1)), bad]).n).toBeCloseTo(0.95, 8);
    expect(computeOf([bad])).toBe(SIX_ND);
  });
});

describe("the noise of a table", () => {
  const budgets = [1e18, 2e18, 4e18, 8e18, 1.6e19, 3.2e19];
  /** Four sizes a budget, evenly spaced; ln loss is a parabola, and off it by `off` at the fourth. */
  const four = (off: (budget: number) => number, ratio = () => 2): RunPoint[] =>
    budgets.flatMap((C, budget) => {
      let N = 1e7;
      return [0, 1, 2, 3].map((i) => {
        N *= ratio();
        const log = Math.log(N) - 17;
        return { N, D: C / (6 * N), C, loss: Math.exp(1 + 0.1 * log * log + 0.02 * log + (i === 3 ? off(budget) : 0)) };
      });
    });

  it("is zero on parabolas, however sizes are spaced", () => {
    let i = 0;
    expect(
      measuredNoise(
        four(
          () => 0,
          () => [1.5, 3, 1.2, 2.2, 1.9][i++ % 5]!,
        ),
      ),
    ).toBeCloseTo(0, 10);
  });

  it("is the median residual of four neighbors, scaled for normal errors", () => {
    // The third difference (−1, 3, −3, 1)/√20 of an error at the fourth size is that error over √20.
    const noise = measuredNoise(four((budget) => ((-1) ** budget * (budget + 1)) / 100))!;
    expect(noise).toBeCloseTo((1.4826 * 0.04) / Math.sqrt(20), 10);
  });

  it("counts the lower of two runs of one size, leaves out losses that are not positive, and uses every four neighbors", () => {
    const runs = four((budget) => (budget + 1) / 100);
    const more = runs.flatMap((run) => [run, { ...run, loss: 1.5 * run.loss }, { ...run, N: 1.1 * run.N, loss: 0 }]);
    expect(measuredNoise(more)).toBe(measuredNoise(runs));
    const nine = Array.from({ length: 9 }, (_, i) => ({ N: 1e7 * 2 ** i, D: 1e9, C: 1e18, loss: 3 + (i % 2) }));
    expect(measuredNoise(nine)).toBeGreaterThan(0.1);
    expect(measuredNoise(nine.slice(1))).toBeUndefined();
  });

  it("is unknown where fewer than six groups of four neighbors exist", () => {
    const runs = four(() => 0.01);
    expect(measuredNoise(runs)).toBeDefined();
    expect(measuredNoise(runs.slice(4))).toBeUndefined();
    expect(measuredNoise(runs.slice(1))).toBeUndefined();
    expect(measuredNoise([])).toBeUndefined();
  });
});
