import { describe, expect, it } from "vitest";
import { randomStream, standardNormal } from "../../src/task/random.ts";
import { intervalScore } from "../../src/tournament/measures.ts";

describe("the interval score", () => {
  it("is the width, and 2/α for each unit outside", () => {
    expect(intervalScore({ level: 0.8, low: 1, high: 2 }, 1.5)).toBe(1);
    expect(intervalScore({ level: 0.8, low: 1, high: 2 }, 2.5)).toBeCloseTo(6, 9);
    expect(intervalScore({ level: 0.8, low: 1, high: 2 }, 0.9)).toBeCloseTo(2, 9);
  });

  it("is least on average for the honest interval", () => {
    const rng = randomStream("honest");
    const truths = Array.from({ length: 4000 }, () => standardNormal(rng));
    const score = (half: number) =>
      truths.reduce((total, truth) => total + intervalScore({ level: 0.8, low: -half, high: half }, truth), 0);
    const honest = score(1.2816);
    expect(honest).toBeLessThan(score(0.8));
    expect(honest).toBeLessThan(score(1.9));
  });
});
