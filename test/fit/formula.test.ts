import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { derivativeOf, parseExpression } from "../../src/fit/formula/expression.ts";
import { parseFormula } from "../../src/fit/formula/formula.ts";
import { formulaFitter } from "../../src/fit/methods/formula.ts";
import { UserError } from "../../src/task/errors.ts";
import { runsOf } from "../../src/testing/arbitraries.ts";

const value = (text: string, ...scope: number[]) => parseFormula(text).evaluate(withU(scope), 0)[0];
/** U stands between C and the parameters; none of these formulas uses it. */
const withU = ([N, D, C, ...parameters]: readonly number[]) => Float64Array.of(N!, D!, C!, Number.NaN, ...parameters);

describe("what a formula says", () => {
  // A scope is N, D, C and then the parameters in the order they appear.
  it.each([
    ["a + N - D", [5, 3, 0, 1], 3],
    ["a*N/D", [6, 4, 0, 2], 3],
    ["-a + +N", [5, 0, 0, 2], 3],
    ["2*(a + N)", [1, 0, 0, 3], 8],
    ["a*C", [0, 0, 7, 2], 14],
    ["N^a", [4, 0, 0, 0.5], 2],
    ["(a - N)^2", [5, 0, 0, 2], 9],
    ["a*2^D", [0, 3, 0, 1], 8],
    ["exp(a)", [0, 0, 0, 1], Math.E],
    ["log(a)", [0, 0, 0, Math.E], 1],
    ["ln(a)", [0, 0, 0, Math.E], 1],
    ["a + ln(N)*ln(D)", [Math.E, Math.E, 0, 1], 2],
    ["log10(a)", [0, 0, 0, 1000], 3],
    ["log2(a)", [0, 0, 0, 8], 3],
    ["sqrt(a)", [0, 0, 0, 9], 3],
    ["cbrt(a)", [0, 0, 0, 27], 3],
    ["tanh(a)", [0, 0, 0, Math.log(2)], 0.6],
    ["sech(a)", [0, 0, 0, Math.log(2)], 0.8],
    ["a*pi", [0, 0, 0, 2], 2 * Math.PI],
  ])("%s", (text, scope, expected) => expect(value(text, ...scope)).toBeCloseTo(expected, 12));

  it("has its parameters in the order they appear, and no other names among them", () => {
    const { parameters, text } = parseFormula(" E + exp(q)/N^alpha + pi*B/D^beta + 0*C ; E in [0, 3]");
    expect(parameters.map(({ name }) => name)).toEqual(["E", "q", "alpha", "B", "beta"]);
    expect(text).toBe("E + exp(q)/N^alpha + pi*B/D^beta + 0*C");
  });
});

describe("the derivatives of a formula", () => {
  const positive = fc.double({ min: 0.2, max: 2, noNaN: true });

  it.each([
    "E + A/N^alpha + B/D^beta",
    "(A/N^s + B/D)^p",
    "E*exp(-a*N) + log(b*D)*c^2",
    "sqrt(a*N) + cbrt(b)*tanh(c*D)",
    "a*log10(b*N) - log2(c + D)/C",
    "log2(x*N + log2(2 + y*D)^2)",
    "E + A/N^a + B/(C/(6*N))^b",
    "((A/N)^(a/b) + B/(D/(1 + c*N)))^b",
  ])("of %s are what differences give", (text) => {
    const { evaluate, parameters } = parseFormula(text);
    const n = parameters.length;
    const loss = (scope: Float64Array) => evaluate(scope, 0)[0]!;
    const gradient = (i: number) => (scope: Float64Array) => evaluate(scope, 1)[1 + i]!;
    const hessian = (k: number) => (scope: Float64Array) => evaluate(scope, 2)[1 + n + k]!;
    const slope = (f: (scope: Float64Array) => number, scope: Float64Array, i: number) => {
      const at = (by: number) => f(scope.map((value, k) => (k === 4 + i ? value + by : value)));
      return (at(1e-6) - at(-1e-6)) / 2e-6;
    };
    fc.assert(
      fc.property(fc.array(positive, { minLength: 3 + n, maxLength: 3 + n }), (values) => {
        const scope = withU(values);
        let k = 0;
        for (let i = 0; i < n; i++) {
          expect(gradient(i)(scope)).toBeCloseTo(slope(loss, scope, i), 4);
          for (let j = 0; j <= i; j++) {
            const expected = slope(gradient(i), scope, j);
            expect(Math.abs(hessian(k++)(scope) - expected)).toBeLessThan(1e-4 * (1 + Math.abs(expected)));
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe("a derivative", () => {
  it.each([
    ["E + A/N^alpha", "E", "1"],
    ["E + A/N^alpha", "A", "1 / N ^ alpha"],
    ["A*N^2", "A", "N ^ 2"],
    ["N*3", "N", "3"],
    ["-A", "E", "0"],
    ["A - E", "A", "1"],
    ["A - E", "N", "0"],
    ["A/N", "E", "0"],
    ["A^N", "E", "0"],
    ["A^1", "A", "1"],
    ["(A)", "A", "1"],
    ["A*exp(-b*D)", "A", "exp(-b * D)"],
  ])("of %s by %s has no terms that are zero and no factors that are one", (text, symbol, expected) => {
    expect(derivativeOf(parseExpression(text), symbol).toString()).toBe(expected);
  });

  it("that does not exist is refused, with the symbol", () => {
    expect(() => derivativeOf(parseExpression("floor(A)"), "A")).toThrow(UserError);
    expect(() => derivativeOf(parseExpression("floor(A)"), "A")).toThrow("by A: ");
  });
});

describe("what is said of parameters", () => {
  const said = (text: string) =>
    Object.fromEntries(parseFormula(text).parameters.map(({ name, ...rest }) => [name, rest]));
  const [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

  it("is a start, bounds, or both", () => {
    expect(said("E + A/N^alpha; A = 4e2 in [0, 1M], alpha=.3,E in[-1,3]")).toEqual({
      E: { lower: -1, upper: 3, linear: true },
      A: { start: 400, lower: 0, upper: 1e6, linear: false },
      alpha: { start: 0.3, lower: from, upper: to, linear: false },
    });
  });

  it("is nothing where nothing is said, also after an empty clause", () => {
    expect(said("E + A/N^alpha;")).toEqual({
      E: { lower: from, upper: to, linear: true },
      A: { lower: from, upper: to, linear: true },
      alpha: { lower: from, upper: to, linear: false },
    });
    expect(said("E + A/N^alpha; E = 1,,")).toMatchObject({ E: { start: 1 } });
  });

  it.each([
    ["a*N + b*D + c", "a b c"],
    ["a*b*N + c", "a c"],
    ["(a + b*N)^2 + c", "c"],
    ["c*exp(a) + b", "c b"],
    ["a/(b + N)", "a"],
  ])("the parameters that %s is linear in, together, are %s", (text, linear) => {
    const found = parseFormula(text).parameters.filter((parameter) => parameter.linear);
    expect(found.map(({ name }) => name).join(" ")).toBe(linear);
  });

  it.each([
    ["E + A/N^", /^the formula "E \+ A\/N\^" cannot be read: /],
    [" N + D ; ", /^the formula "N \+ D" has no parameter: everything but N, D, C and U is one$/],
    [
      "E + min(A, N)",
      /^the formula uses min in a way that is not known \(functions of one argument: exp, log, ln, log10, log2, sqrt, cbrt, tanh, sech\)$/,
    ],
    ["E + sin(A)", /^the formula uses sin in a way that is not known/],
    ["E + exp(A, N)", /^the formula uses exp in a way that is not known/],
    ["E + exp()", /^the formula uses exp in a way that is not known/],
    ["E + A/N!", /^the formula's operator factorial is not known: \+ - \* \/ \^ are$/],
    ["E + A % N", /^the formula's operator mod is not known: /],
    ["E + (A > N)", /^the formula's operator larger is not known: /],
    ["A = 3", /^the formula holds "A = 3", which is not arithmetic$/],
    ["A + N; A", /^"A" is not a start or bound: write A = 400, or A in \[0, 1e6\], or both$/],
    ["A + N; A = lots", /^"A = lots" is not a start or bound: /],
    ["A + N; A in [1, lots]", /^"A in \[1, lots\]" is not a start or bound: /],
    ["A + N; A = 3 and more", /^"A = 3 and more" is not a start or bound: /],
    ["A + N; 3A = 3", /^"3A = 3" is not a start or bound: /],
    ["A + B*N; q = 3", /^"q" is not a parameter of the formula \(they are A, B\)$/],
    ["A + N; A in [3, 1]", /^the bounds of A are not in order: \[3, 1\]$/],
    ["A + N; A in [3, 3]", /^the bounds of A are not in order: \[3, 3\]$/],
  ])("%s is refused", (text, message) => {
    expect(() => parseFormula(text)).toThrow(message);
  });
});

describe("a formula's fit", () => {
  const LAW = { E: 1.8, A: 480, B: 2100, alpha: 0.35, beta: 0.37 };
  const GRID = { budgets: [1e18, 1e19, 1e20, 1e21], sizesPerBudget: 5, width: 5, offset: 1 };
  const runs = () => runsOf(LAW, GRID);
  const text = "E + A/N^alpha + B/D^beta";

  it("has the fitter's name, the formula, and what may be held", () => {
    const fitter = formulaFitter(text);
    expect(fitter).toMatchObject({
      name: "formula",
      summary: text,
      options: ["objective", "delta", "weights"],
      fixable: ["E", "A", "alpha", "B", "beta"],
    });
  });

  it("finds the law from its guesses, and says how it was looked for", () => {
    const fitter = formulaFitter(text);
    const fit = fitter.fit(runs());
    expect(fit).toMatchObject({ method: "formula", status: "converged", points: [], warnings: [] });
    expect(fit.objective!.name).toBe("log-huber");
    for (const [name, expected] of Object.entries(LAW)) expect(fit.parameters[name]! / expected).toBeCloseTo(1, 6);
    expect(fit.search).toMatch(/^\d+ starts, damped Newton's method$/);
    expect(fit.loss!(1e9, 2e10) / fit.optimum(1.2e20)!.loss!).toBeGreaterThan(1);
    expect(fit.optimum(1e22)!.N).toBeCloseTo(fit.optimum(1e22)!.C / 6 / fit.optimum(1e22)!.D, 0);
  });

  it("uses the given start, and no other", () => {
    const fitter = formulaFitter(text);
    const near = fitter.fit(runs(), { start: { ...LAW, A: 500 } });
    expect(near.search).toBe("1 start, damped Newton's method");
    expect(near.parameters.alpha).toBeCloseTo(0.35, 6);
    const said = formulaFitter(`${text}; alpha = 0.3, beta = 0.4`).fit(runs());
    expect(said.parameters.alpha).toBeCloseTo(0.35, 6);
    expect(formulaFitter(`${text}; E = 2, A = 400, B = 2000, alpha = 0.3, beta = 0.4`).fit(runs()).search).toBe(
      "1 start, damped Newton's method",
    );
  });

  it("keeps fixed parameters, and applies priors", () => {
    // Given a start each, or nine combinations of guesses are tried.
    const fitter = formulaFitter(`${text}; alpha = 0.3, beta = 0.4`);
    const held = fitter.fit(runs(), { fixed: { alpha: 0.4 } });
    expect(held.parameters.alpha).toBe(0.4);
    expect(held.objective!.value).toBeGreaterThan(fitter.fit(runs()).objective!.value);
    const noisy = runsOf(LAW, GRID, 0.01, 3);
    const free = fitter.fit(noisy, { objective: "log-square" }).parameters.alpha!;
    const pulled = (sd: number) =>
      fitter.fit(noisy, { objective: "log-square", priors: { alpha: { mean: 0.5, sd } } }).parameters.alpha!;
    expect(pulled(1e-3)).toBeCloseTo(0.5, 3);
    expect(pulled(1e3)).toBeCloseTo(free, 4);
    expect(pulled(0.02)).toBeGreaterThan(free);
    expect(pulled(0.02)).toBeLessThan(0.5);
    expect(pulled(0.01)).toBeGreaterThan(pulled(0.02));
  });

  it("names what it cannot do", () => {
    const fitter = formulaFitter(text);
    expect(fitter.fit(runs().slice(0, 1)).explanation).toBe("a law needs at least two runs");
    expect(fitter.fit([{ ...runs()[0]!, N: -1 }]).explanation).toMatch(/^N must be positive/);
    expect(fitter.fit(runs(), { fixed: { gamma: 1 }, priors: { q: { mean: 1, sd: 1 } } })).toMatchObject({
      status: "not identified",
      explanation: "formula cannot fix or take a prior on q, gamma",
    });
    expect(formulaFitter("log(a)/0*N").fit(runs())).toMatchObject({
      status: "search failed",
      explanation: expect.stringMatching(/^no start gave a finite loss: give starts/),
    });
    expect(fitter.fit(runs(), { objective: "huber-likelihood" }).warnings).toEqual([
      "formula has no likelihood with a scale: log-huber was minimized",
    ]);
  });
});
