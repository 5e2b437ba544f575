import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitPowerLaw, powerLawAt } from "../../src/fit/power-law.ts";

const law = fc.record({
  coefficient: fc.double({ min: -20, max: 20, noNaN: true }).map((power) => Math.exp(power)),
  exponent: fc.double({ min: -2, max: 2, noNaN: true }),
});
const spread = [1e18, 3e18, 1e19, 5e19, 2e20];

describe.each(["linear", "log"] as const)("a power law fitted in %s space", (space) => {
  it("recovers the law that made the points", () => {
    fc.assert(
      fc.property(law, (made) => {
        const fitted = fitPowerLaw(
          spread.map((x) => ({ x, y: powerLawAt(made, x) })),
          { space },
        )!;
        expect(Math.abs(fitted.exponent - made.exponent)).toBeLessThan(1e-12);
        expect(Math.abs(powerLawAt(fitted, 1e21) / powerLawAt(made, 1e21) - 1)).toBeLessThan(1e-10);
      }),
    );
  });

  it("leaves residuals that no nearby law improves", () => {
    const points = spread.map((x, i) => ({
      x,
      y: powerLawAt({ coefficient: 2, exponent: 0.5 }, x) * [1.1, 0.8, 1.3, 0.9, 1.05][i]!,
    }));
    const fitted = fitPowerLaw(points, { space })!;
    const squares = (coefficient: number, exponent: number) =>
      points.reduce((sum, { x, y }) => {
        const at = powerLawAt({ coefficient, exponent }, x);
        const residual = space === "linear" ? (y - at) / 1e10 : Math.log(y / at);
        return sum + residual * residual;
      }, 0);
    const best = squares(fitted.coefficient, fitted.exponent);
    for (const [dk, da] of [
      [1e-5, 0],
      [-1e-5, 0],
      [0, 1e-7],
      [0, -1e-7],
      [1e-4, -2e-6],
      [-1e-4, 2e-6],
    ])
      expect(squares(fitted.coefficient * (1 + dk!), fitted.exponent + da!)).toBeGreaterThan(best);
  });

  it("counts a point of weight two as the point twice", () => {
    const points = spread.map((x, i) => ({ x, y: Math.sqrt(x) * (1 + 0.2 * Math.sin(7 * i)) }));
    const twice = fitPowerLaw([...points, points[1]!], { space })!;
    const weighted = fitPowerLaw(
      points.map((point, i) => ({ ...point, weight: i === 1 ? 2 : 1 })),
      { space },
    )!;
    expect(weighted.exponent).toBeCloseTo(twice.exponent, 12);
  });

  it.each<[string, readonly (readonly [x: number, y: number, weight?: number])[]]>([
    ["none", []],
    ["one", [[1, 1]]],
    [
      "one x",
      [
        [2, 1],
        [2, 3],
      ],
    ],
    [
      "a y that is no number",
      [
        [2, 1],
        [3, Number.NaN],
      ],
    ],
    [
      "an infinite y",
      [
        [2, 1],
        [3, Number.POSITIVE_INFINITY],
      ],
    ],
    [
      "negative y",
      [
        [2, -1],
        [3, -2],
      ],
    ],
    [
      "zeros",
      [
        [2, 0],
        [3, 0],
      ],
    ],
    [
      "x of zero",
      [
        [0, 1],
        [3, 2],
        [4, 3],
      ],
    ],
    [
      "a negative x",
      [
        [2, 1],
        [-3, 2],
        [4, 3],
      ],
    ],
    [
      "an x that is no number",
      [
        [Number.NaN, 1],
        [3, 2],
        [4, 3],
      ],
    ],
    [
      "a negative weight",
      [
        [2, 1],
        [3, 2],
        [4, 3, -1],
      ],
    ],
    [
      "a weight that is no number",
      [
        [2, 1],
        [3, 2],
        [4, 3, Number.NaN],
      ],
    ],
  ])("is undefined for %s", (_, points) => {
    expect(
      fitPowerLaw(
        points.map(([x, y, weight = 1]) => ({ x, y, weight })),
        { space },
      ),
    ).toBeUndefined();
  });
});

it("a y of zero fails in log space and counts in linear space; one point with a weight gives no line", () => {
  const points = [1, 2, 3, 4].map((x) => ({ x, y: x === 1 ? 0 : x * x }));
  expect(fitPowerLaw(points)).toBeUndefined();
  expect(fitPowerLaw(points, { space: "linear" })!.exponent).toBeGreaterThan(2);
  expect(fitPowerLaw(points.map((point) => ({ ...point, y: 2, weight: point.x === 2 ? 1 : 0 })))).toBeUndefined();
  const line = spread.map((x) => ({ x, y: 3 * Math.sqrt(x) }));
  expect(fitPowerLaw([...line, { x: 1e19, y: 7, weight: 0 }])!.exponent).toBeCloseTo(0.5, 12);
  expect(fitPowerLaw([...line, { x: 1e19, y: 7, weight: 1 }])!.exponent).not.toBeCloseTo(0.5, 3);
});
