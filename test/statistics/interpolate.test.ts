import { describe, expect, it } from "vitest";
import { interpolate } from "../../src/statistics/interpolate.ts";

const KNOTS = [
  [3, 0.002],
  [7, 0.05],
  [9, 0.01],
] as const;

describe("interpolation between knots", () => {
  it.each(KNOTS)("gives the value of the knot at %d", (x, y) => {
    expect(interpolate(KNOTS, x)).toBeCloseTo(y, 15);
  });

  it("is linear between two knots", () => {
    expect(interpolate(KNOTS, 5)).toBeCloseTo(0.026, 12);
    expect(interpolate(KNOTS, 8.5)).toBeCloseTo(0.02, 12);
  });

  it("is constant beyond the first and the last knot", () => {
    expect(interpolate(KNOTS, 0)).toBe(0.002);
    expect(interpolate(KNOTS, 100)).toBe(0.01);
  });
});
