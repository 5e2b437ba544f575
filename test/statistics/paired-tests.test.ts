import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holm, improvements, signFlipTest } from "../../src/statistics/paired-tests.ts";
import { randomStream, standardNormal } from "../../src/task/random.ts";

describe("Holm's correction", () => {
  it("has the values of R's p.adjust", () => {
    // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm"): 0.03, 0.06, 0.06, 0.02
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.5, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  it("never lowers a p-value, and keeps their order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (pValues) => {
        const adjusted = holm(pValues);
        for (const [i, p] of pValues.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          for (const [j, other] of pValues.entries())
            if (p < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] as number);
        }
      }),
    );
  });
});

describe("the sign-flip test", () => {
  const rng = () => randomStream("sign-flip");

  it("has Fisher's answer for Darwin's maize", () => {
    // Fisher (1935, section 21): differences in eighths of an inch; 1,726 of the 2^15 patterns are as extreme.
    const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    expect(signFlipTest(darwin, rng(), 200_000)).toBeCloseTo(1726 / 32_768, 2);
  });

  it("is exact for a few differences, and finds nothing in ties", () => {
    expect(signFlipTest([1, 1, 1, 1, 1], rng())).toBe(2 / 32);
    expect(signFlipTest([0, 0, 0], rng())).toBe(1);
    expect(signFlipTest(new Array(40).fill(0), rng())).toBe(1);
  });

  it("finds two equal strategies different no more often than its level", () => {
    const stream = randomStream("level");
    const trials = 600;
    let found = 0;
    for (let trial = 0; trial < trials; trial++) {
      const differences = Array.from({ length: 25 }, () => standardNormal(stream));
      if (signFlipTest(differences, stream, 299) < 0.05) found++;
    }
    // Binomial(600, 0.05) has mean 30 and standard deviation 5.3.
    expect(found).toBeLessThan(30 + 3 * 5.3);
    expect(found).toBeGreaterThan(30 - 3.5 * 5.3);
  });
});

describe("improvements", () => {
  it("count wins by more than the tie, and ties half", () => {
    expect([...improvements([0.1, 0.1, 0.1], [0.2, 0.101, 0.05], 0.002)]).toEqual([1, 0.5, 0]);
    const failed = Number.POSITIVE_INFINITY;
    expect([...improvements([failed, 0.1], [failed, failed], 0.002)]).toEqual([0.5, 1]);
  });
});
