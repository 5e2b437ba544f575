import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  criticalDifference,
  friedmanTest,
  indistinctRuns,
  kendallTau,
  meanRanks,
  ranksOf,
} from "../../src/statistics/ranks.ts";

/** Area under the curve of C4.5 in four variants on fourteen data sets: table 6 of Demšar (2006). */
const DEMSAR = [
  [0.763, 0.768, 0.771, 0.798],
  [0.599, 0.591, 0.59, 0.569],
  [0.954, 0.971, 0.968, 0.967],
  [0.628, 0.661, 0.654, 0.657],
  [0.882, 0.888, 0.886, 0.898],
  [0.936, 0.931, 0.916, 0.931],
  [0.661, 0.668, 0.609, 0.685],
  [0.583, 0.583, 0.563, 0.625],
  [0.775, 0.838, 0.866, 0.875],
  [1, 1, 1, 1],
  [0.94, 0.962, 0.965, 0.962],
  [0.619, 0.666, 0.614, 0.669],
  // Printed as 0.975 both, but ranked second and third.
  [0.972, 0.981, 0.9751, 0.975],
  [0.957, 0.978, 0.946, 0.97],
];
// There more is better.
const rows = DEMSAR.map((row) => ranksOf(row.map((auc) => -auc)));

describe("Demšar's worked example", () => {
  it("has his mean ranks", () => {
    expect(meanRanks(rows).map((rank) => rank.toFixed(3))).toEqual(["3.143", "2.000", "2.893", "1.964"]);
  });

  it("has his Friedman statistics", () => {
    const { chiSquared, F, p, pF, blocks, treatments } = friedmanTest(rows);
    expect([blocks, treatments]).toEqual([14, 4]);
    expect(chiSquared).toBeCloseTo(9.28, 1);
    expect(F).toBeCloseTo(3.69, 1);
    expect(p).toBeLessThan(0.05);
    expect(pF).toBeLessThan(0.05);
  });

  it("has his critical difference and his groups", () => {
    const difference = criticalDifference(0.05, 4, 14);
    expect(difference).toBeCloseTo(1.25, 2);
    const order = meanRanks(rows).toSorted((a, b) => a - b);
    // 3.143 − 1.964 = 1.18 < 1.25: Nemenyi's test finds nothing.
    expect(indistinctRuns(order, difference)).toEqual([[0, 3]]);
  });
});

describe("ranks", () => {
  it("sum to k(k + 1)/2 whatever is tied", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.02, noNaN: true }), { minLength: 1, maxLength: 12 }),
        (values) => {
          const total = ranksOf(values, 0.002).reduce((a, b) => a + b, 0);
          expect(total).toBe((values.length * (values.length + 1)) / 2);
        },
      ),
    );
  });

  it("call what is within the tie equal", () => {
    expect(ranksOf([0.01, 0.0115, 0.5], 0.002)).toEqual([1.5, 1.5, 3]);
  });
});

describe("groups of strategies that do not differ significantly", () => {
  it("are the largest ones, singles left out", () => {
    expect(indistinctRuns([1, 2, 3, 5, 9], 2)).toEqual([
      [0, 2],
      [2, 3],
    ]);
    expect(indistinctRuns([1, 5, 9], 2)).toEqual([]);
  });
});

describe("rank correlation", () => {
  it("has the values of worked examples", () => {
    // Kendall (1948): two judges who agree on all but three of the 21 pairs of seven.
    expect(kendallTau([1, 2, 3, 4, 5, 6, 7], [1, 3, 2, 5, 4, 7, 6])).toBeCloseTo((21 - 6) / 21, 12);
    // Ties: scipy.stats.kendalltau([1, 2, 2, 3], [1, 2, 3, 4]) is 0.912870929175277.
    expect(kendallTau([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(0.912870929175277, 12);
    expect(kendallTau([1, 2, 3], [3, 2, 1])).toBe(-1);
    expect(kendallTau([1, 1, 1], [3, 2, 1])).toBeNaN();
  });
});
