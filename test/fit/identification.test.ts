import { describe, expect, it } from "vitest";
import { type Evidence, judge } from "../../src/fit/identification.ts";

const minimum = { x: Float64Array.of(2, -0.5), value: 1, decrement: 1e-20, converged: true, iterations: 7 };
const sound: Evidence = {
  minimum,
  names: ["E", "alpha"],
  lower: Float64Array.of(0, -3),
  upper: Float64Array.of(9, 3),
  // Lower triangle by rows: the entry above the diagonal is not looked at.
  information: Float64Array.of(400, Number.NaN, 30, 9),
  weight: 12,
  rms: 0.1,
  distinct: 12,
  exponents: [1],
};
const at = (...x: number[]) => ({ ...minimum, x: Float64Array.from(x) });

describe("a sound minimum", () => {
  it("has converged, with a condition number and standard errors by linearization", () => {
    const { status, explanation, errors } = judge(sound);
    expect(status).toBe("converged");
    // Scaled to a unit diagonal the information is 1 and 1/2 beside it: eigenvalues 3/2 and 1/2.
    expect(explanation).toBe("gradient zero to rounding, condition number 3.0e+0");
    const variance = (0.1 * 0.1 * 12) / 10;
    const determinant = 400 * 9 - 30 * 30;
    expect(errors![0]).toBeCloseTo(Math.sqrt((variance * 9) / determinant), 12);
    expect(errors![1]).toBeCloseTo(Math.sqrt((variance * 400) / determinant), 12);
  });

  it("has no standard error for fixed parameters, and does not count them", () => {
    const held = { lower: Float64Array.of(2, -3), upper: Float64Array.of(2, 3) };
    const { status, errors } = judge({ ...sound, ...held, distinct: 2, weight: 1 });
    expect(status).toBe("converged");
    expect(errors![0]).toBe(0);
    expect(errors![1]).toBeCloseTo(0.1 / 3, 12);
  });
});

describe("a minimum that is not identified", () => {
  it.each([
    ["a term gone", { minimum: at(0, -0.5), terms: { 0: "N" } }, "the loss does not depend on N"],
    ["two terms gone", { minimum: at(0, -3), terms: { 0: "N", 1: "D" } }, "the loss does not depend on N and D"],
    ["a term gone twice over", { minimum: at(0, -3), terms: { 0: "N", 1: "N" } }, "the loss does not depend on N"],
    ["as many runs as parameters", { distinct: 2 }, "2 parameters fit 2 distinct runs exactly: nothing tests the law"],
    ["too few runs", { distinct: 1 }, "2 parameters cannot be determined from 1 distinct runs"],
    [
      "too few runs, one at a limit",
      { distinct: 1, minimum: at(9, -0.5) },
      "2 parameters cannot be determined from 1 distinct runs",
    ],
    ["a variable without effect", { information: Float64Array.of(0, 0, 0, 9) }, "the loss does not depend on E"],
    ["two without effect", { information: new Float64Array(4) }, "the loss does not depend on E and alpha"],
    [
      "two parameters that the data cannot separate",
      { information: Float64Array.of(400, 0, 60, 9) },
      "the runs cannot separate E and alpha (condition number Infinity)",
    ],
    ["an exponent in the noise", { rms: 20 }, expect.stringMatching(/^the noise is larger than alpha = -0\.50 ± \d/)],
  ] as const)("for %s", (_, change, explanation) => {
    expect(judge({ ...sound, ...(change as Partial<Evidence>) })).toMatchObject({
      status: "not identified",
      explanation,
    });
  });

  it("for a search that did not converge", () => {
    const verdict = judge({ ...sound, minimum: { ...minimum, converged: false, decrement: 2.34e-5 } });
    expect(verdict.status).toBe("search failed");
    expect(verdict.explanation).toMatch(
      /^the descent stopped after 7 steps with a gradient still worth 2.3e-5 .* give starts/,
    );
  });

  it("names three as a list", () => {
    const three = { names: ["A", "B", "alpha"], lower: Float64Array.of(-9, -9, -9), upper: Float64Array.of(9, 9, 9) };
    const verdict = judge({ ...sound, ...three, minimum: at(1, 1, 1), information: new Float64Array(9) });
    expect(verdict.explanation).toBe("the loss does not depend on A, B and alpha");
  });

  it("leaves out of a mixture the parts with zero weight", () => {
    const three = { names: ["A", "B", "alpha"], lower: Float64Array.of(-9, -9, -9), upper: Float64Array.of(9, 9, 9) };
    const information = Float64Array.of(1, 0, 0, 0, 1, 0, 1, 0, 1);
    expect(judge({ ...sound, ...three, minimum: at(1, 1, 1), information, exponents: [] }).explanation).toMatch(
      /^the runs cannot separate A and alpha/,
    );
  });

  it("still has the errors of an exponent in the noise", () => {
    expect(judge({ ...sound, rms: 20 }).errors![1]).toBeGreaterThan(0.5);
  });
});

describe("a minimum on a limit", () => {
  it.each([
    [at(9, -0.5), "E is at its limit of 9: the runs favor a value beyond it"],
    [at(0, -0.5), "E is at its limit of 0: the runs favor a value beyond it"],
    [at(9, 3), "E is at its limit of 9 and alpha is at its limit of 3: the runs favor a value beyond it"],
  ])("is said to be there", (bound, explanation) => {
    expect(judge({ ...sound, minimum: bound })).toMatchObject({ status: "at a bound", explanation });
  });

  it("is no missing term at the upper limit", () => {
    expect(judge({ ...sound, minimum: at(9, -0.5), terms: { 0: "N" } }).status).toBe("at a bound");
  });
});
