import { describe, expect, it } from "vitest";
import { bootstrapFits, RESAMPLINGS, refitIntervals } from "../../src/fit/bootstrap.ts";
import { COURSE_LAW, courseRuns } from "../../src/fit/course-data.ts";
import { FITTERS } from "../../src/fit/index.ts";
import { farseer } from "../../src/fit/methods/farseer.ts";
import { formulaFitter } from "../../src/fit/methods/formula.ts";
import { frontier } from "../../src/fit/methods/frontier.ts";
import { kaplan } from "../../src/fit/methods/kaplan.ts";
import { parabola } from "../../src/fit/methods/parabola.ts";
import { parametric } from "../../src/fit/methods/parametric.ts";
import { variableProjection } from "../../src/fit/methods/variable-projection.ts";
import { chooseModels } from "../../src/fit/model-choice.ts";
import { profileFloor } from "../../src/fit/profile.ts";
import { chinchillaOptimum } from "../../src/law/chinchilla.ts";
import { quantile } from "../../src/statistics/quantile.ts";
import { randomStream } from "../../src/task/random.ts";
import type { RunPoint } from "../../src/task/run-point.ts";
import { runsOf } from "../../src/testing/arbitraries.ts";

const LAW = { E: 1.8, A: 480, B: 2100, alpha: 0.35, beta: 0.37 };
const GRID = { budgets: [1e18, 1e19, 1e20, 1e21], sizesPerBudget: 7, width: 5, offset: 1 };
const on = (loss: (N: number, D: number) => number): RunPoint[] =>
  runsOf(LAW, GRID).map((run) => ({ ...run, loss: loss(run.N, run.D) }));
const power = (x: number, exponent: number) => Math.exp(exponent * Math.log(x));

describe("a law's own runs", () => {
  it("give Kaplan's law its parameters", () => {
    const runs = on((N, D) => power(power(8.8e13 / N, 0.076 / 0.095) + 5.4e13 / D, 0.095));
    const { parameters, exponents, status } = kaplan.fit(runs);
    expect(status).toBe("converged");
    expect(parameters.alpha_N).toBeCloseTo(0.076, 8);
    expect(parameters.alpha_D).toBeCloseTo(0.095, 8);
    expect(parameters.N_c! / 8.8e13).toBeCloseTo(1, 6);
    expect(exponents!.a).toBeCloseTo(0.095 / 0.171, 8);
  });

  it("give Farseer's law its losses, on the runs and beyond", () => {
    const truth = (N: number, D: number) =>
      Math.exp(-0.3 * power(N / 1e9, 0.1) + 0.9) +
      Math.exp(8 - 0.4 * power(N / 1e9, 0.2)) * power(D, -Math.exp(-1.1 - 0.05 * power(N / 1e9, 0.15)));
    const { loss, status } = farseer.fit(on(truth), { objective: "log-square" });
    expect(status).not.toBe("not identified");
    for (const [N, D] of [
      [1e9, 2e10],
      [3e9, 1e12],
      [1e10, 1e11],
    ] as const)
      expect(loss!(N, D) / truth(N, D)).toBeCloseTo(1, 3);
  });

  it("give the frontier its floor", () => {
    const runs = [1e18, 1e19, 1e20, 1e21, 1e22].flatMap((C) =>
      [0.5, 1, 2]
        .map((factor) => ({
          C,
          N: factor * Math.sqrt(C / 120),
          D: 0,
          loss: 1.7 + 2000 / power(C, 0.16) + 0.1 * Math.abs(Math.log(factor)),
        }))
        .map((run) => ({ ...run, D: run.C / (6 * run.N) })),
    );
    const { parameters, optimum } = frontier.fit(runs);
    expect(parameters.E).toBeCloseTo(1.7, 8);
    expect(parameters.gamma).toBeCloseTo(0.16, 8);
    expect(optimum(1e24)!.loss).toBeCloseTo(1.7 + 2000 / power(1e24, 0.16), 8);
    expect(optimum(1e24)!.N / Math.sqrt(1e24 / 120)).toBeCloseTo(1, 8);
  });

  it("give a formula what the shipped method gives", () => {
    const runs = runsOf(LAW, GRID, 0.01, 3);
    const [own, shipped] = [formulaFitter("E + A/N^alpha + B/D^beta").fit(runs), parametric.fit(runs)];
    expect(own.objective!.value / shipped.objective!.value).toBeCloseTo(1, 10);
    for (const name of Object.keys(LAW)) expect(own.parameters[name]! / shipped.parameters[name]!).toBeCloseTo(1, 6);
  });
});

describe("a formula", () => {
  it.each([
    ["E + A/N^", "cannot be read"],
    ["N + D", "has no parameter"],
    ["E + min(A, N)", "uses min in a way that is not known"],
    ["E + A/N!", "operator factorial is not known"],
    ["A = 3", 'holds "A = 3", which is not arithmetic'],
    ["E + A/N^alpha; A", "is not a start or bound"],
    ["E + A/N^alpha; q = 3", '"q" is not a parameter'],
    ["E + A/N^alpha; A in [3, 1]", "not in order"],
    ["E + A/N^alpha; A = lots", "is not a start or bound"],
  ])("%s is refused: %s", (text, message) => {
    expect(() => formulaFitter(text)).toThrow(message);
  });

  it("stays within its bounds and reports them", () => {
    const { status, parameters, explanation } = formulaFitter("E + A/N^alpha + B/D^beta; E in [0, 1.5]").fit(
      runsOf(LAW, GRID),
    );
    expect(parameters.E).toBe(1.5);
    expect(status).toBe("at a bound");
    expect(explanation).toContain("E is at its limit of 1.5");
  });
});

describe("runs that do not determine a law", () => {
  const noisy = () => runsOf(LAW, GRID, 0.01, 5);
  const first = () => noisy()[0]!;

  it.each([
    ["one size", () => noisy().map((run) => ({ ...run, N: 1e9, C: 6e9 * run.D })), /apart|depend|hides/],
    ["four runs", () => noisy().slice(0, 4), /cannot be determined from 4 distinct runs/],
    ["constant loss", () => noisy().map((run) => ({ ...run, loss: 3 })), /the loss does not depend on/],
    [
      "a negative loss",
      () => [...noisy(), { ...first(), loss: -1 }],
      /loss must be positive and below 1e\+150, got -1/,
    ],
    [
      "a huge number",
      () => [...noisy(), { ...first(), N: Number.POSITIVE_INFINITY }],
      /N must be positive and below 1e\+150, got Infinity/,
    ],
    ["no runs", () => [], /cannot determine/],
  ])("are named: %s", (_, runs, sentence) => {
    const { status, explanation } = parametric.fit(runs());
    expect(status).toBe("not identified");
    expect(explanation).toMatch(sentence);
  });

  it("of one budget come with a warning", () => {
    const one = noisy().slice(0, 7);
    for (const fitter of [parametric, kaplan])
      expect(fitter.fit(one).warnings.join()).toContain("all runs are of one budget");
    expect(parametric.fit(noisy()).warnings).toEqual([]);
  });

  it("are reported by approach 2 budget by budget", () => {
    const rising = noisy().filter(({ C, N }) => C !== 1e19 || N > 4e8);
    const lonely = [...rising, { N: 1e9, D: 1e13, C: 6e22, loss: 2 }];
    const { warnings, points } = parabola.fit(lonely);
    expect(points.map(({ C }) => C)).not.toContain(6e22);
    expect(warnings.join()).toMatch(/dropped, a single run: 6e22 FLOPs/);
  });

  it("end at a bound where the floor would be negative", () => {
    const { status, explanation, parameters } = parametric.fit(
      on((N, D) => -0.5 + 2000 / power(N, 0.35) + 9000 / power(D, 0.37)),
    );
    expect(parameters.E).toBe(0);
    expect(status).toBe("at a bound");
    expect(explanation).toContain("E is at its limit of 0");
  });
});

describe("every method", () => {
  it.each(FITTERS)("$name says what it made of the course's runs", (fitter) => {
    const { method, status, optimum, parameters, explanation } = fitter.fit(courseRuns());
    expect(method).toBe(fitter.name);
    expect(["converged", "at a bound"]).toContain(status);
    expect(explanation.length).toBeGreaterThan(10);
    expect(Object.values(parameters).every(Number.isFinite)).toBe(true);
    const ratio = optimum(1e23)!.N / chinchillaOptimum(COURSE_LAW, 1e23).N;
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it.each(FITTERS)("$name counts a weight of two as the run given twice", (fitter) => {
    const runs = runsOf(LAW, GRID, 0.005, 7);
    const twice = fitter.fit([...runs, runs[10]!, runs[17]!]);
    const weighted = fitter.fit(runs.map((run, i) => (i === 10 || i === 17 ? { ...run, weight: 2 } : run)));
    expect(weighted.status).toBe(twice.status);
    if (twice.objective) expect(weighted.objective!.value / twice.objective.value).toBeCloseTo(1, 5);
    if (twice.status === "not identified") return;
    expect(weighted.optimum(1e22)!.N / twice.optimum(1e22)!.N).toBeCloseTo(1, 5);
  });
});

describe("fixed parameters and priors", () => {
  const runs = () => runsOf(LAW, GRID, 0.005, 3);

  it.each([
    [parametric, { fixed: { Q: 1 } }, "cannot fix or take a prior on Q"],
    [parametric, { fixed: { E: -1 } }, "E cannot be fixed at or given a prior of -1"],
    [parametric, { priors: { A: { mean: 0, sd: 1 } } }, "A cannot be fixed at or given a prior of 0"],
    [kaplan, { fixed: { alpha_D: 0.1 } }, "cannot fix or take a prior on alpha_D"],
    [farseer, { priors: { a1: { mean: 1, sd: 1 } } }, "cannot fix or take a prior on a1"],
    [variableProjection, { fixed: { E: 1 } }, "does not take fixed values"],
  ] as const)("is never ignored: $0.name %o", (fitter, options, sentence) => {
    const { status, explanation } = fitter.fit(runs(), options);
    expect(status).toBe("not identified");
    expect(explanation).toContain(sentence);
  });
});

describe("uncertainty", () => {
  const runs = () => runsOf(LAW, GRID, 0.005, 11);
  const fitted = () => parametric.fit(runs());

  it.each(RESAMPLINGS)("by resampling %s is reproducible and holds the estimate", (resampling) => {
    const draw = () =>
      bootstrapFits(parametric, runs(), fitted(), { resampling, draws: 100, rng: randomStream("test") });
    const [one, same] = [refitIntervals(draw(), [1e22], 0.9), refitIntervals(draw(), [1e22], 0.9)];
    expect(one).toEqual(same);
    const [low, high] = one!.targets[0]!.N;
    expect(low).toBeLessThan(fitted().optimum(1e22)!.N);
    expect(high).toBeGreaterThan(fitted().optimum(1e22)!.N);
  });

  it("is wider by expanded percentiles, and not given from a handful of refits", () => {
    const fits = bootstrapFits(parametric, runs(), fitted(), {
      resampling: "residuals",
      draws: 300,
      rng: randomStream("test"),
    });
    const width = (interval: readonly [number, number]) => interval[1] - interval[0];
    const [plain, expanded] = [
      refitIntervals(fits, [], 0.9)!,
      refitIntervals(fits, [], 0.9, { runs: 28, parameters: 5 })!,
    ];
    expect(width(expanded.parameters.a!)).toBeGreaterThan(width(plain.parameters.a!));
    expect(refitIntervals(fits.slice(0, 5), [], 0.9)).toBeUndefined();
    expect(quantile([3, 1, 2, 4, 5], 0.5)).toBe(3);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
  });

  it("of the floor by profile: refitting with E at an end of the interval costs what the level allows", () => {
    const profile = profileFloor(runs(), 0.95, "log-square")!;
    const at = (E: number) => parametric.fit(runs(), { objective: "log-square", fixed: { E } }).objective!.value;
    const best = parametric.fit(runs(), { objective: "log-square" }).objective!.value;
    const t = 2.0687; // Student's, 23 degrees of freedom
    for (const end of profile.interval) expect((at(end) / best - 1) * 23).toBeCloseTo(t * t, 2);
    expect(profile.open).toBe(false);
    expect(profileFloor(runs().slice(0, 5), 0.95)).toBeUndefined();
  });

  it("weighs laws by how well they predict the top budget", () => {
    const choice = chooseModels([parametric, kaplan], runs(), {
      targets: [1e22],
      level: 0.9,
      draws: 100,
      rng: randomStream("test"),
    })!;
    const weights = Object.fromEntries(choice.families.map(({ method, weight }) => [method, weight]));
    expect(weights.parametric! + weights.kaplan!).toBeCloseTo(1, 12);
    expect(weights.parametric).toBeGreaterThan(weights.kaplan!);
    expect(choice.targets[0]!.loss[0]).toBeLessThan(fitted().optimum(1e22)!.loss!);
    expect(choice.targets[0]!.loss[1]).toBeGreaterThan(fitted().optimum(1e22)!.loss!);
    expect(
      chooseModels([parametric], runs().slice(0, 14), {
        targets: [],
        level: 0.9,
        draws: 10,
        rng: randomStream("test"),
      }),
    ).toBeUndefined();
  });
});
