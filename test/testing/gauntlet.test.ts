import { describe, expect, it } from "vitest";
import { minimum } from "../../src/fit/methods/minimum.ts";
import { parabola } from "../../src/fit/methods/parabola.ts";
import { parametric } from "../../src/fit/methods/parametric.ts";
import { variableProjection } from "../../src/fit/methods/variable-projection.ts";
import type { RunPoint } from "../../src/task/run-point.ts";
import { type FitterUnderTest, gauntlet } from "../../src/testing.ts";

const broken = (fitter: FitterUnderTest) =>
  gauntlet(fitter, { seed: 1 }).flatMap(({ name, passed }) => (passed ? [] : [name]));

describe("the gauntlet", () => {
  it.each([parametric, variableProjection])("is held in full by $name", (fitter) => {
    expect(broken(fitter)).toEqual([]);
  });

  it.each([minimum, parabola])("shows the bias of $name, and nothing else against it", (fitter) => {
    expect(broken(fitter)).toEqual(["recovers noise-free laws"]);
  });

  it("catches a fitter that minds the order of its rows, with a table that shows it", () => {
    const careless: FitterUnderTest = {
      name: "careless",
      fit: (runs) => ({ ...parametric.fit(runs), parameters: { first: runs[0]?.loss ?? 0 } }),
    };
    const result = gauntlet(careless, { only: ["ignores the order of rows"] })[0]!;
    expect(result.passed).toBe(false);
    const { table, error } = result.counterexample!;
    expect(error).toContain("first is");
    expect(table.length).toBeGreaterThan(3);
    expect(Object.keys(table[0]!)).toEqual(["N", "D", "C", "loss"]);
  });

  it("catches exceptions and NaN on degenerate tables", () => {
    const survival = (fit: (runs: readonly RunPoint[]) => ReturnType<FitterUnderTest["fit"]>) =>
      gauntlet({ name: "fragile", fit }, { only: ["survives degenerate tables"] })[0]!;
    const throwing = survival((runs) => {
      if (runs.length < 2) throw new Error("too few");
      return parametric.fit(runs);
    });
    expect(throwing.counterexample?.error).toContain("too few");
    const silent = survival((runs) => ({
      ...parametric.fit(runs),
      status: "converged",
      parameters: { E: Number.NaN },
    }));
    expect(silent.counterexample?.error).toContain("E is NaN in a fit that is converged");
  });
});
