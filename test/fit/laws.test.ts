import { describe, expect, it } from "vitest";
import { descendNamed } from "../../src/fit/chinchilla.ts";
import { FITTERS, METHODS } from "../../src/fit/index.ts";
import { farseer } from "../../src/fit/methods/farseer.ts";
import { kaplan } from "../../src/fit/methods/kaplan.ts";
import { parametric } from "../../src/fit/methods/parametric.ts";
import { variableProjection } from "../../src/fit/methods/variable-projection.ts";
import { likelihoodScale, negativeLogLikelihood, type ObjectiveName } from "../../src/fit/objective.ts";
import { powerLawAt } from "../../src/fit/power-law.ts";
import { distinctRuns, type Rows, rowsOf, totalWeight, weightedRms } from "../../src/fit/rows.ts";
import { chinchillaLoss, chinchillaOptimum } from "../../src/law/chinchilla.ts";
import { runsOf } from "../../src/testing/arbitraries.ts";

const LAW = { E: 1.8, A: 480, B: 2100, alpha: 0.35, beta: 0.37 };
const GRID = { budgets: [1e18, 1e19, 1e20, 1e21], sizesPerBudget: 6, width: 5, offset: 1 };
const noisy = () => runsOf(LAW, GRID, 0.005, 3);
const power = (x: number, exponent: number) => Math.exp(exponent * Math.log(x));

describe("approach 3", () => {
  it("has the optimum where no neighbor of the same compute is better", () => {
    const { N, D } = chinchillaOptimum(LAW, 1e20);
    const loss = chinchillaLoss(LAW, N, D);
    expect(6 * N * D).toBeCloseTo(1e20, -8);
    const at = (size: number) => LAW.E + LAW.A / power(size, 0.35) + LAW.B / power(1e20 / 6 / size, 0.37);
    expect(loss).toBeCloseTo(at(N), 12);
    for (const factor of [0.999, 1.001]) expect(at(N * factor)).toBeGreaterThan(at(N));
  });

  it("gives a law, the power laws of its optima, its exponents and its search", () => {
    const fit = parametric.fit(runsOf(LAW, GRID));
    expect(fit).toMatchObject({
      method: "parametric",
      status: "converged",
      points: [],
      warnings: [],
      search:
        "16 starts (4 × 4 exponents; E, A, B by non-negative least squares), Newton's method with exact second derivatives",
      exponents: { a: expect.closeTo(0.37 / 0.72, 8), b: expect.closeTo(0.35 / 0.72, 8) },
    });
    for (const [name, value] of Object.entries(LAW)) expect(fit.parameters[name]! / value).toBeCloseTo(1, 8);
    expect(Object.keys(fit.parameters)).toEqual(["E", "A", "B", "alpha", "beta"]);
    expect(fit.loss!(1e9, 2e10)).toBeCloseTo(LAW.E + LAW.A / power(1e9, 0.35) + LAW.B / power(2e10, 0.37), 9);
    for (const C of [1e18, 1e24]) {
      const optimum = fit.optimum(C)!;
      expect(powerLawAt(fit.laws!.N, C) / optimum.N).toBeCloseTo(1, 10);
      expect(powerLawAt(fit.laws!.D, C) / optimum.D).toBeCloseTo(1, 10);
    }
  });

  it("ends in the same law from a given start", () => {
    const fit = parametric.fit(noisy());
    const near = parametric.fit(noisy(), { start: { ...LAW, alpha: 0.4 } });
    for (const [name, value] of Object.entries(fit.parameters))
      expect(near.parameters[name]! / value).toBeCloseTo(1, 6);
  });

  it.each([
    [1, "1 run cannot determine a law"],
    [0, "0 runs cannot determine a law"],
  ])("says of %d runs that they are too few", (count, explanation) => {
    expect(parametric.fit(noisy().slice(0, count))).toMatchObject({
      method: "parametric",
      status: "not identified",
      explanation,
    });
  });

  it.each(["E", "A", "B", "alpha", "beta"] as const)("holds %s where it is told to, and fits the others", (name) => {
    const value = LAW[name] * 1.02;
    const held = parametric.fit(noisy(), { fixed: { [name]: value } });
    expect(held.parameters[name]! / value).toBeCloseTo(1, 12);
    expect(held.status).toBe("converged");
    // No move of another parameter betters it.
    const sum = (law: Readonly<Record<string, number>>) =>
      noisy().reduce((total, run) => {
        const loss = law.E! + law.A! / power(run.N, law.alpha!) + law.B! / power(run.D, law.beta!);
        const r = Math.abs(Math.log(loss / run.loss));
        return total + (r <= 1e-3 ? (r * r) / 2 : 1e-3 * (r - 5e-4));
      }, 0);
    const best = sum(held.parameters);
    expect(held.objective!.value / best).toBeCloseTo(1, 9);
    for (const other of Object.keys(LAW).filter((key) => key !== name))
      for (const factor of [0.999, 1.001])
        expect(sum({ ...held.parameters, [other]: held.parameters[other]! * factor })).toBeGreaterThan(best);
  });

  it("accepts a fixed floor of zero", () => {
    expect(parametric.fit(noisy(), { fixed: { E: 0 } }).parameters.E).toBe(0);
  });

  it.each([
    ["E", 0.5],
    ["A", 0.2],
    ["B", 0.2],
    ["alpha", 0.02],
    ["beta", 0.02],
  ] as const)("pulls %s toward what is believed of it, the more the surer that is", (name, vague) => {
    const free = parametric.fit(noisy(), { objective: "log-square" }).parameters[name]!;
    const mean = free * 1.1;
    const pulled = (sd: number) =>
      parametric.fit(noisy(), { objective: "log-square", priors: { [name]: { mean, sd } } }).parameters[name]!;
    const scale = name === "A" || name === "B" ? mean : 1;
    expect(pulled(1e4 * scale) / free).toBeCloseTo(1, 3);
    const [some, more] = [pulled(vague * scale), pulled(0.1 * vague * scale)];
    expect(some).toBeGreaterThan(free);
    expect(more).toBeGreaterThan(some);
    expect(more).toBeLessThanOrEqual(mean * (1 + 1e-9));
    expect(pulled(1e-4 * scale * vague) / mean).toBeCloseTo(1, 4);
  });

  it("weighs a prior of the floor against the runs as a likelihood does", () => {
    const objective = "log-square" as const;
    const sd = 0.05;
    const free = parametric.fit(noisy(), { objective });
    const E = parametric.fit(noisy(), { objective, priors: { E: { mean: 2, sd } } }).parameters.E!;
    // Minus the log-likelihood is the sum over the mean square; at its minimum with the prior the slopes cancel.
    const at = (floor: number) => parametric.fit(noisy(), { objective, fixed: { E: floor } }).objective!.value;
    const dispersion = (2 * free.objective!.value) / noisy().length;
    const slope = (at(E + 1e-4) - at(E - 1e-4)) / 2e-4 / dispersion;
    expect(slope + (E - 2) / (sd * sd)).toBeCloseTo(0, 1);
    expect(Math.abs(slope)).toBeGreaterThan(1);
  });

  it.each([
    [{ fixed: { E: -1 } }, "E cannot be fixed at or given a prior of -1: it must not be negative"],
    [{ priors: { A: { mean: 0, sd: 1 } } }, "A cannot be fixed at or given a prior of 0: it must be positive"],
    [{ fixed: { alpha: -0.1 } }, "alpha cannot be fixed at or given a prior of -0.1: it must be positive"],
    [{ priors: { q: { mean: 1, sd: 1 } } }, "parametric cannot fix or take a prior on q"],
  ])("says what cannot be held: %j", (options, explanation) => {
    expect(parametric.fit(noisy(), options)).toMatchObject({ status: "not identified", explanation });
  });
});

describe("sums over rows", () => {
  it("count distinct runs, weights, and the mean square by weight", () => {
    const run = { N: 1e8, D: 2e9, C: 1.2e18, loss: 3 };
    const rows = rowsOf([run, { ...run, loss: 4 }, { ...run, N: 2e8, weight: 2 }, { ...run, D: 1e9 }]) as Rows;
    expect([distinctRuns(rows), totalWeight(rows)]).toEqual([3, 5]);
    expect(weightedRms(Float64Array.of(3, -1), Float64Array.of(1, 3))).toBeCloseTo(Math.sqrt(3), 12);
  });
});

describe("Huber's likelihood", () => {
  it.each([0.5, 1.345, 5])("is a density: it integrates to one, at delta %d", (delta) => {
    const sigma = 0.3;
    const density = (r: number) =>
      Math.exp(-negativeLogLikelihood(Float64Array.of(r), Float64Array.of(1), delta, sigma));
    let sum = 0;
    const step = 1e-3;
    for (let r = -30; r < 30; r += step) sum += step * density(r);
    expect(sum).toBeCloseTo(1, 6);
  });

  it("adds up over runs by weight, and is highest at its scale", () => {
    const residuals = Float64Array.of(0.1, -0.4, 0.02, 1.5, -0.3);
    const weight = Float64Array.of(1, 2, 1, 1, 3);
    const at = (sigma: number, delta = 1) => negativeLogLikelihood(residuals, weight, delta, sigma);
    const single = residuals.reduce(
      (sum, r, i) => sum + weight[i]! * negativeLogLikelihood(Float64Array.of(r), Float64Array.of(1), 1, 0.4),
      0,
    );
    expect(at(0.4)).toBeCloseTo(single, 12);
    for (const delta of [0.1, 1, 1e6]) {
      const sigma = likelihoodScale(residuals, weight, delta);
      for (const factor of [0.99, 1.01]) expect(at(sigma * factor, delta)).toBeGreaterThan(at(sigma, delta));
    }
    // Without a bend it is the normal's: the root mean square.
    expect(likelihoodScale(residuals, weight, 1e6)).toBeCloseTo(weightedRms(residuals, weight), 10);
  });

  it("fits a law and a scale that cannot be improved", () => {
    const rows = rowsOf(noisy()) as Rows;
    const { value, sigma } = descendNamed(rows, "huber-likelihood", 1);
    const fit = parametric.fit(noisy(), { objective: "huber-likelihood", delta: 1 });
    expect(fit.objective).toEqual({ name: "huber-likelihood", value });
    expect(fit.parameters.sigma).toBe(sigma);
    const at = (law: Readonly<Record<string, number>>) => {
      const residuals = Float64Array.from(noisy(), (run) =>
        Math.log((law.E! + law.A! / power(run.N, law.alpha!) + law.B! / power(run.D, law.beta!)) / run.loss),
      );
      return negativeLogLikelihood(residuals, new Float64Array(residuals.length).fill(1), 1, law.sigma!);
    };
    const best = at(fit.parameters);
    expect(best).toBeCloseTo(value, 7);
    for (const name of Object.keys(fit.parameters))
      for (const factor of [0.998, 1.002])
        expect(at({ ...fit.parameters, [name]: fit.parameters[name]! * factor })).toBeGreaterThan(best);
  });
});

describe("variable projection", () => {
  it.each(["raw-square", "log-square", "raw-huber", "log-huber"] as const)(
    "ends where approach 3 does, by %s",
    (objective) => {
      const [one, other] = [variableProjection.fit(noisy(), { objective }), parametric.fit(noisy(), { objective })];
      expect(one).toMatchObject({ method: "variable-projection", status: "converged", objective: { name: objective } });
      expect(one.objective!.value / other.objective!.value).toBeCloseTo(1, 9);
      for (const [name, value] of Object.entries(other.parameters))
        expect(one.parameters[name]! / value).toBeCloseTo(1, 5);
    },
  );

  it("minimizes squares of losses by default, and uses the given start", () => {
    const fit = variableProjection.fit(noisy());
    expect(fit.objective!.name).toBe("raw-square");
    expect(fit.search).toMatch(/^10 × 10 exponents, a simplex over alpha and beta/);
    const near = variableProjection.fit(noisy(), { start: fit.parameters });
    expect(near.objective!.value / fit.objective!.value).toBeCloseTo(1, 10);
  });

  it.each([
    [{ objective: "huber-likelihood" as ObjectiveName }, "huber-likelihood"],
    [{ fixed: { E: 1 } }, "fixed values and priors"],
    [{ priors: { E: { mean: 1, sd: 1 } } }, "fixed values and priors"],
  ])("sends %j to approach 3", (options, what) => {
    expect(variableProjection.fit(noisy(), options)).toMatchObject({
      status: "not identified",
      explanation: `variable projection does not take ${what}: use --method parametric`,
    });
  });
});

describe.each([
  {
    fitter: kaplan,
    few: "a law needs at least two runs",
    made: (N: number, D: number) => power(power(8.8e13 / N, 0.8) + 5.4e13 / D, 0.095),
    search: "9 starts, damped Newton's method",
  },
  {
    fitter: farseer,
    few: "nine parameters cannot be determined from 1 runs",
    made: (N: number, D: number) => 1.5 + 400 / power(N, 0.34) + 900 / power(D, 0.33 + 0.002 * Math.log(N / 1e9)),
    search: "3 starts, damped Newton's method",
  },
])("$fitter.name", ({ fitter, few, made, search }) => {
  const runs = () => noisy().map((run) => ({ ...run, loss: made(run.N, run.D) }));

  it("has the optimum of its own law, and reports its search", () => {
    const fit = fitter.fit(runs());
    expect(fit).toMatchObject({ method: fitter.name, search, warnings: [], objective: { name: "log-huber" } });
    const { N, D, loss } = fit.optimum(1e22)!;
    expect(6 * N * D).toBeCloseTo(1e22, -9);
    expect(fit.loss!(N, D)).toBeCloseTo(loss!, 12);
    for (const factor of [0.9, 1.1]) expect(fit.loss!(N * factor, D / factor)).toBeGreaterThan(loss!);
  });

  it("started at its own parameters, stays there", () => {
    const fit = fitter.fit(runs(), { objective: "log-square" });
    const near = fitter.fit(runs(), { objective: "log-square", start: fit.parameters });
    expect(near.search).toBe("1 start, damped Newton's method");
    for (const run of runs()) expect(near.loss!(run.N, run.D) / fit.loss!(run.N, run.D)).toBeCloseTo(1, 4);
    // The parameters that are printed are the law: a start from them, and no step, has the same losses.
    for (const run of runs()) expect(Math.abs(near.loss!(run.N, run.D) / run.loss - 1)).toBeLessThan(2e-3);
  });

  it("names what it cannot do", () => {
    expect(fitter.fit(runs().slice(0, 1))).toMatchObject({
      method: fitter.name,
      status: "not identified",
      explanation: few,
    });
    expect(fitter.fit([{ ...runs()[0]!, N: 0 }]).explanation).toBe("N must be positive and below 1e+150, got 0");
    expect(fitter.fit(runs(), { fixed: { q: 1 } }).explanation).toBe(`${fitter.name} cannot fix or take a prior on q`);
    for (const name of Object.keys(fitter.fit(runs()).parameters))
      expect(fitter.fit(runs(), { fixed: { [name]: 1 } }).explanation).toBe(
        `${fitter.name} cannot fix or take a prior on ${name}`,
      );
    expect(fitter.fit(runs(), { objective: "huber-likelihood" })).toMatchObject({
      objective: { name: "log-huber" },
      warnings: [`${fitter.name} has no likelihood with a scale: log-huber was minimized`],
    });
  });
});

it("Kaplan's law names the parameters that the runs or the noise leave open", () => {
  const grid = (noise: number) => runsOf(LAW, GRID, noise, 4);
  const one = grid(0).map((run) => ({ ...run, D: 1e10, C: 6e10 * run.N }));
  expect(kaplan.fit(one).explanation).toMatch(/(N_c|D_c|alpha_N\/alpha_D|alpha_D)/);
  const hidden = kaplan.fit(grid(0).map((run, i) => ({ ...run, loss: 3 + 0.3 * Math.sin(i * i) })));
  expect(hidden.status).toBe("not identified");
  expect(hidden.explanation).toMatch(/N_c|D_c|alpha_N\/alpha_D|alpha_D/);
});

describe("printed parameters", () => {
  it("of Kaplan's law are those of its formula", () => {
    const { parameters, loss, exponents } = kaplan.fit(noisy());
    const { N_c, D_c, alpha_N, alpha_D } = parameters as Record<string, number>;
    const formula = power(power(N_c! / 1e9, alpha_N! / alpha_D!) + D_c! / 2e10, alpha_D!);
    expect(loss!(1e9, 2e10)).toBeCloseTo(formula, 9);
    expect(exponents!.a + exponents!.b).toBeCloseTo(1, 12);
    expect(exponents!.b).toBeCloseTo(alpha_N! / (alpha_N! + alpha_D!), 12);
  });

  it("of Farseer's law are those of its formula", () => {
    const { parameters, loss } = farseer.fit(noisy());
    const { a1, b1, c1, a2, b2, c2, a3, b3, c3 } = parameters as Record<string, number>;
    const of = (a: number, b: number, c: number, N: number) => Math.exp(a * power(N, c) + b);
    for (const [N, D] of [
      [1e9, 2e10],
      [3e8, 4e11],
    ] as const) {
      const formula = of(a3!, b3!, c3!, N) + of(a2!, b2!, c2!, N) * power(D, -of(a1!, b1!, c1!, N));
      expect(loss!(N, D) / formula).toBeCloseTo(1, 6);
    }
  });
});

describe("every method", () => {
  it("has a unique name and a summary", () => {
    expect(new Set(METHODS).size).toBe(FITTERS.length + 3);
    for (const { summary } of FITTERS) expect(summary.length).toBeGreaterThan(20);
  });

  it("uses the options that it names, and no others", () => {
    const runs = noisy().map((run, i) => ({ ...run, loss: run.loss * (i === 7 ? 1.02 : 1) }));
    const others = {
      space: [{ space: "linear" }, { space: "log" }],
      objective: [{ objective: "log-huber" }, { objective: "raw-square" }],
      delta: [
        { objective: "log-huber", delta: 1e-4 },
        { objective: "log-huber", delta: 1e-2 },
      ],
    } as const;
    for (const fitter of FITTERS)
      for (const [option, [one, other]] of Object.entries(others)) {
        const [a, b] = [fitter.fit(runs, one), fitter.fit(runs, other)];
        const same =
          JSON.stringify([a.parameters, a.optimum(1e22)]) === JSON.stringify([b.parameters, b.optimum(1e22)]);
        expect(!same, `${fitter.name} ${option}`).toBe((fitter.options as readonly string[]).includes(option));
      }
  });

  it("uses weights where it says so, and not elsewhere", () => {
    for (const fitter of FITTERS) {
      const weighted = noisy().map((run, i) => (i % 6 === 2 ? { ...run, weight: 5 } : run));
      const [plain, heavy] = [fitter.fit(noisy()), fitter.fit(weighted)];
      const same = Math.abs(heavy.optimum(1e22)!.N / plain.optimum(1e22)!.N - 1) < 1e-9;
      expect(!same, fitter.name).toBe(fitter.options.includes("weights"));
    }
  });
});
