import { describe, expect, it } from "vitest";
import { chiSquaredTail, fTail, logGamma, normalCdf } from "../../src/statistics/distributions.ts";
import { rangeCdf, rangeQuantile } from "../../src/statistics/ranks.ts";

describe("tabulated distributions", () => {
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.959963984540054, 0.025],
    [3, 0.9986501019683699],
    [-6, 9.865876450376981e-10],
  ])("Φ(%d) = %d", (x, p) => {
    expect(normalCdf(x) / p).toBeCloseTo(1, 11);
  });

  it("knows ln Γ of whole and half numbers", () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  });

  it.each([
    [3.841458820694124, 1, 0.05],
    [7.814727903251179, 3, 0.05],
    [11.344866730144373, 3, 0.01],
    [24.99579013972863, 15, 0.05],
  ])("chi-squared: %d with %d degrees of freedom leaves %d", (x, df, p) => {
    expect(chiSquaredTail(x, df)).toBeCloseTo(p, 10);
  });

  it.each([
    // Demšar (2006): the critical value of F(3, 39) at 0.05 is 2.85.
    [2.845, 3, 39, 0.05],
    [4.747, 1, 12, 0.05],
    [3.285, 5, 20, 0.0253],
  ])("F: %d with (%d, %d) leaves about %d", (x, df1, df2, p) => {
    expect(fTail(x, df1, df2)).toBeCloseTo(p, 3);
  });

  it.each([
    // Table 5a of Demšar (2006): q at 0.05, divided by √2.
    [2, 1.96],
    [3, 2.343],
    [4, 2.569],
    [5, 2.728],
    [6, 2.85],
    [7, 2.949],
    [8, 3.031],
    [9, 3.102],
    [10, 3.164],
  ])("the studentized range of %d has its tabulated critical value", (k, q) => {
    expect(rangeQuantile(0.05, k) / Math.SQRT2).toBeCloseTo(q, 2.8);
    expect(rangeCdf(rangeQuantile(0.05, k), k)).toBeCloseTo(0.95, 8);
  });
});
