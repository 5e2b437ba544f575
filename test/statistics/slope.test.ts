import { expect, test } from "vitest";
import { leastSquaresSlope } from "../../src/statistics/slope.ts";

test("points on a line have its slope and no error, wherever they lie", () => {
  const { slope, standardError } = leastSquaresSlope([1000, 1001, 1004], [7, 4, -5]);
  expect(slope).toBeCloseTo(-3, 12);
  expect(standardError).toBeCloseTo(0, 12);
});

test("points about a line have the slope 0.8 and the standard error sqrt(0.08) calculated by hand", () => {
  // Means 2.5 and 5; Sxx 5; Sxy 4; residuals 0.2, -0.6, 0.6, -0.2; their squares 0.8; 0.8/2/5 = 0.08.
  const { slope, standardError } = leastSquaresSlope([1, 2, 3, 4], [4, 4, 6, 6]);
  expect(slope).toBeCloseTo(0.8, 12);
  expect(standardError).toBeCloseTo(Math.sqrt(0.08), 12);
});

test("two points, or one x, have none", () => {
  expect(leastSquaresSlope([1, 2], [1, 2]).slope).toBeNaN();
  expect(leastSquaresSlope([1, 1, 1], [1, 2, 3]).slope).toBeNaN();
});
