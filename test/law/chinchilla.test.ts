import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BESIROGLU,
  chinchillaLoss,
  chinchillaLossAtLogs,
  chinchillaOptimum,
  chinchillaSize,
  HOFFMANN,
} from "../../src/law/chinchilla.ts";

const budgets = fc.double({ min: 34, max: 60, noNaN: true }).map(Math.exp);

describe("Chinchilla's law", () => {
  it("gives the published loss of Chinchilla: 70B parameters, 1.4T tokens", () => {
    expect(chinchillaLoss(HOFFMANN, 70e9, 1.4e12)).toBeCloseTo(1.69 + 0.0835 + 0.1633, 3);
  });

  it("is the same from logarithms", () => {
    const { E, A, B, alpha, beta } = BESIROGLU;
    const fromLogs = chinchillaLossAtLogs(E, Math.log(A), Math.log(B), alpha, beta, Math.log(3e8), Math.log(6e9));
    expect(fromLogs).toBeCloseTo(chinchillaLoss(BESIROGLU, 3e8, 6e9), 12);
  });

  it.each([BESIROGLU, HOFFMANN])("has an optimum that no neighbor on C = 6ND beats", (law) => {
    fc.assert(
      fc.property(budgets, (C) => {
        const { N, D } = chinchillaOptimum(law, C);
        expect((6 * N * D) / C).toBeCloseTo(1, 9);
        for (const factor of [0.98, 1.02])
          expect(chinchillaLoss(law, N * factor, D / factor)).toBeGreaterThan(chinchillaLoss(law, N, D));
      }),
    );
  });
});

it("the rule of thumb gives twenty tokens per parameter", () => {
  const N = chinchillaSize(1e19);
  expect(1e19 / (6 * N) / N).toBeCloseTo(20, 9);
});
