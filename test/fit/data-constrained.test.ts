import { describe, expect, it } from "vitest";
import { dataConstrained } from "../../src/fit/methods/data-constrained.ts";
import { formulaFitter } from "../../src/fit/methods/formula.ts";
import { randomStream, standardNormal } from "../../src/task/random.ts";
import type { RunPoint } from "../../src/task/run-point.ts";

const LAW = { E: 1.87, A: 521, B: 1488, alpha: 0.35, beta: 0.35, R: 15.4 };
const power = (x: number, exponent: number) => Math.exp(exponent * Math.log(x));

/** Sizes by unique tokens by repetitions. */
const runs: RunPoint[] = [1e8, 4e8, 1.6e9].flatMap((N) =>
  [1e9, 4e9, 1.6e10].flatMap((uniqueTokens) =>
    [1, 2, 5, 20, 60].map((epochs) => {
      const D = epochs * uniqueTokens;
      const worth = uniqueTokens * (1 + LAW.R * (1 - Math.exp(-(epochs - 1) / LAW.R)));
      const loss = LAW.E + LAW.A / power(N, LAW.alpha) + LAW.B / power(worth, LAW.beta);
      return { N, D, C: 6 * N * D, loss, uniqueTokens };
    }),
  ),
);

describe("the law of repeated data", () => {
  it("is recovered from runs that repeat their data", () => {
    const { status, parameters, loss } = dataConstrained.fit(runs);
    expect(status).toBe("converged");
    for (const [name, value] of Object.entries(LAW)) expect(parameters[name]! / value, name).toBeCloseTo(1, 4);
    expect(loss!(1e9, 2e10)).toBeCloseTo(LAW.E + LAW.A / power(1e9, 0.35) + LAW.B / power(2e10, 0.35), 5);
  });

  it("descends to the same minimum from near it, as a bootstrap does", () => {
    const { parameters } = dataConstrained.fit(runs);
    const again = dataConstrained.fit(runs, { start: { ...parameters, R: 10 } });
    expect(again.parameters.R! / LAW.R).toBeCloseTo(1, 4);
  });

  it("is not converged where the data hardly repeat, so that noise hides their decay", () => {
    const rng = randomStream("hardly repeated");
    const hardly = () =>
      runs.map(({ N, uniqueTokens = 0 }, i) => {
        const D = i % 5 === 4 ? 1.3 * uniqueTokens : uniqueTokens;
        const loss = LAW.E + LAW.A / power(N, LAW.alpha) + LAW.B / power(D, LAW.beta);
        return { N, D, C: 6 * N * D, uniqueTokens, loss: loss * (1 + 0.01 * standardNormal(rng)) };
      });
    const statuses = Array.from({ length: 4 }, () => dataConstrained.fit(hardly()).status);
    expect(statuses).not.toContain("converged");
  });

  it("is not identified without unique tokens, or where no run repeats its data", () => {
    expect(dataConstrained.fit(runs.map(({ uniqueTokens: _, ...run }) => run)).explanation).toContain("unique_tokens");
    const [first, ...others] = runs as [RunPoint, ...RunPoint[]];
    const { uniqueTokens: _, ...bare } = first;
    expect(dataConstrained.fit([bare, ...others]).explanation).toContain("unique_tokens");
    const fresh = dataConstrained.fit(runs.map((run) => ({ ...run, uniqueTokens: run.D })));
    expect([fresh.status, fresh.method]).toEqual(["not identified", "data-constrained"]);
    expect(fresh.explanation).toContain("repeats");
    expect(dataConstrained.fit([{ ...first, loss: -1 }, ...others]).explanation).toContain("loss must be positive");
    expect(dataConstrained.fit([]).status).toBe("not identified");
  });
});

describe("a formula in U", () => {
  it("reads the unique tokens of each run", () => {
    const text = "E + A/N^alpha + B/(U*(1 + R*(1 - exp(-(D/U - 1)/R))))^beta; R = 10 in [1, 100]";
    const few = runs.filter((_, i) => i % 2 === 0);
    const { status, parameters } = formulaFitter(text).fit(few, { start: { ...LAW, R: 10 } });
    expect(status).toBe("converged");
    expect(parameters.R! / LAW.R).toBeCloseTo(1, 3);
  });

  it("is not identified where a run has none", () => {
    const bare = runs.map(({ uniqueTokens: _, ...run }) => run);
    expect(formulaFitter("E + A/U^alpha").fit(bare).explanation).toContain("unique_tokens");
  });
});
