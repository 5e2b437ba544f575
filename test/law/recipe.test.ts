import { describe, expect, it } from "vitest";
import { literatureBatch, literatureRate, RECIPE_LAWS } from "../../src/law/recipe.ts";

const at = ({ coefficient, n, d }: (typeof RECIPE_LAWS)[number]["learningRate"], N: number, D: number) =>
  coefficient * N ** n * D ** d;

describe("the literature's recipe", () => {
  it("has the laws of the studies, those of compute at C = 6ND", () => {
    const [stepLaw, deepSeek] = RECIPE_LAWS;
    expect(at(stepLaw!.learningRate, 1e9, 2e10)).toBeCloseTo(1.79 * 1e9 ** -0.713 * 2e10 ** 0.307, 12);
    expect(at(deepSeek!.learningRate, 1e9, 2e10)).toBeCloseTo(0.3118 * 1.2e20 ** -0.125, 12);
    expect(at(deepSeek!.batchTokens, 1e9, 2e10)).toBeCloseTo(0.292 * 1.2e20 ** 0.3271, 4);
  });

  it("lies between the studies, whose laws differ by less than a factor of six where they were measured", () => {
    for (const [N, D] of [
      [1e8, 2e9],
      [1e9, 2e10],
      [7e9, 1.4e11],
    ] as const) {
      const rates = RECIPE_LAWS.map(({ learningRate }) => at(learningRate, N, D));
      expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(6);
      const rate = literatureRate(N, D, literatureBatch(N, D));
      expect(rate).toBeGreaterThan(Math.min(...rates));
      expect(rate).toBeLessThan(Math.max(...rates));
    }
  });

  it("counts batches in sequences, and lowers the rate for a smaller batch", () => {
    expect(literatureBatch(1e9, 2e10, 2048) * 4).toBeCloseTo(literatureBatch(1e9, 2e10, 512), 6);
    expect(literatureRate(1e9, 2e10, 64)).toBeLessThan(literatureRate(1e9, 2e10, 256));
  });
});
