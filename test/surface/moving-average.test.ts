import { describe, expect, it } from "vitest";
import { movingAverage } from "../../benchmarks/speed/surface.ts";
import { gaussLegendre } from "../../src/surface/laws/averaged/moving-average.ts";

describe("gaussLegendre", () => {
  it("integrates polynomials of degree 2n - 1 exactly", () => {
    const { nodes, weights } = gaussLegendre(16);
    for (let degree = 0; degree <= 31; degree++) {
      const integral = nodes.reduce((sum, node, i) => sum + (weights[i] as number) * node ** degree, 0);
      expect(integral).toBeCloseTo(1 / (degree + 1), 13);
    }
  });
});

describe("the moving average", () => {
  it("is the untrained loss after one step", () => {
    expect(movingAverage(() => 3, 10.54, 1)).toBe(10.54);
  });

  it("decays towards a constant loss by 0.99 a step", () => {
    for (const steps of [2, 10, 18, 19, 33, 100, 1000])
      expect(movingAverage(() => 3, 10.54, steps)).toBeCloseTo(3 + 7.54 * 0.99 ** (steps - 1), 10);
  });

  it("is within 1e-4 nats of the recursion, from one step to a hundred thousand", () => {
    for (const exponent of [0.2, 0.4, 0.6])
      for (const scale of [0.05, 0.4, 2]) {
        const lossAt = (step: number) => 10.5 / (1 + scale * step ** exponent);
        let exact = 10.54;
        for (let step = 2; step <= 1e5; step++) {
          exact = 0.99 * exact + 0.01 * lossAt(step);
          if (step < 400 || step % 997 === 0)
            expect(Math.abs(movingAverage(lossAt, 10.54, step) - exact)).toBeLessThan(1e-4);
        }
      }
  });
});
