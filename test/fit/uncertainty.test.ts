import { describe, expect, it } from "vitest";
import { bootstrapFits, refitIntervals } from "../../src/fit/bootstrap.ts";
import { type Fit, type Fitter, notIdentified } from "../../src/fit/fitter.ts";
import { parametric } from "../../src/fit/methods/parametric.ts";
import { chooseModels } from "../../src/fit/model-choice.ts";
import { profileFloor } from "../../src/fit/profile.ts";
import { exponentSensitivity } from "../../src/fit/sensitivity.ts";
import { normalCdf, studentQuantile } from "../../src/statistics/distributions.ts";
import { quantile } from "../../src/statistics/quantile.ts";
import { randomStream } from "../../src/task/random.ts";
import type { RunPoint } from "../../src/task/run-point.ts";
import { runsOf } from "../../src/testing/arbitraries.ts";

const LAW = { E: 1.8, A: 480, B: 2100, alpha: 0.35, beta: 0.37 };
const GRID = { budgets: [1e18, 1e19, 1e20, 1e21], sizesPerBudget: 7, width: 5, offset: 1 };
const runs = () => runsOf(LAW, GRID, 0.005, 11);

/** A fit that knows one number: its loss everywhere, and an optimum of that size. */
function fitOf(value: number, more: Partial<Fit> = {}): Fit {
  return {
    method: "parametric",
    status: "converged",
    explanation: "made up",
    parameters: { E: value },
    points: [],
    loss: () => value,
    optimum: (C) => ({ C, N: value, D: 2 * value, loss: 3 * value }),
    warnings: [],
    ...more,
  };
}

/** A method that is always off by a factor. */
function biased(name: string, factor: number, more: Partial<Fit> = {}): Fitter {
  const loss = (N: number, D: number) => factor * (LAW.E + LAW.A / N ** LAW.alpha + LAW.B / D ** LAW.beta);
  const fit = fitOf(1, { loss, optimum: (C) => ({ C, N: factor, D: factor, loss: factor }), ...more });
  return { name: name as Fitter["name"], summary: name, options: [], fit: () => fit };
}

describe("percentile intervals", () => {
  const values = Array.from({ length: 21 }, (_, i) => ((i * 8) % 21) + 1);
  const fits = values.map((value) => fitOf(value, { exponents: { a: value / 100, b: 1 - value / 100 } }));

  it("are the quantiles of what was refitted: parameters, exponents, and optima at each target", () => {
    expect(refitIntervals(fits, [1e22, 1e23], 0.9)).toEqual({
      level: 0.9,
      draws: 21,
      parameters: {
        E: [expect.closeTo(2, 10), expect.closeTo(20, 10)],
        a: [expect.closeTo(0.02, 10), expect.closeTo(0.2, 10)],
        b: [expect.closeTo(0.8, 10), expect.closeTo(0.98, 10)],
      },
      targets: [1e22, 1e23].map((C) => ({
        C,
        N: [expect.closeTo(2, 10), expect.closeTo(20, 10)],
        D: [expect.closeTo(4, 10), expect.closeTo(40, 10)],
        loss: [expect.closeTo(6, 10), expect.closeTo(60, 10)],
      })),
    });
  });

  it("need twenty values of what they are of", () => {
    expect(refitIntervals(fits.slice(0, 19), [1e22], 0.9)).toBeUndefined();
    const twenty = refitIntervals(fits.slice(0, 20), [1e22], 0.9)!;
    expect([twenty.draws, Object.keys(twenty.parameters), twenty.targets.length]).toEqual([20, ["E", "a", "b"], 1]);
    const endless = fits.map((fit, i) => (i < 2 ? { ...fit, optimum: (C: number) => ({ C, N: 1 / 0, D: 2 }) } : fit));
    expect(refitIntervals(endless, [1e22], 0.9)!.targets).toEqual([]);
    const gaps = fits.map((fit, i) => (i < 2 ? { ...fit, parameters: { E: Number.NaN } } : fit));
    expect(refitIntervals(gaps, [], 0.9)!.parameters.E).toBeUndefined();
    const unlossed = fits.map((fit) => ({ ...fit, optimum: (C: number) => ({ C, N: 1, D: 2 }) }));
    expect(refitIntervals(unlossed, [1e22], 0.9)!.targets).toEqual([{ C: 1e22, N: [1, 1], D: [2, 2] }]);
    const lost = fits.map((fit, i) => (i < 2 ? { ...fit, optimum: () => undefined } : fit));
    expect(refitIntervals(lost, [1e22], 0.9)!.targets).toEqual([]);
    const { exponents: _, ...bare } = fitOf(1);
    expect(
      Object.keys(
        refitIntervals(
          values.map(() => bare),
          [],
          0.9,
        )!.parameters,
      ),
    ).toEqual(["E"]);
  });

  it("expand as Student's t does over the normal, for the freedom that a fit used up", () => {
    const many = Array.from({ length: 2001 }, (_, i) => fitOf(i));
    const [low, high] = refitIntervals(many, [], 0.9, { runs: 12, parameters: 5 })!.parameters.E!;
    const tail = normalCdf(-Math.sqrt(12 / 7) * studentQuantile(0.95, 7));
    expect(low).toBeCloseTo(2000 * tail, 6);
    expect(high).toBeCloseTo(2000 * (1 - tail), 6);
    const fewest = refitIntervals(many, [], 0.9, { runs: 4, parameters: 5 })!.parameters.E!;
    expect(fewest[0]).toBeCloseTo(2000 * normalCdf(-2 * studentQuantile(0.95, 1)), 6);
  });
});

describe("resampled tables", () => {
  /** Remembers the tables it is given. */
  function recording(status: Fit["status"] = "converged") {
    const tables: (readonly RunPoint[])[] = [];
    const options: unknown[] = [];
    const fitter: Fitter = {
      ...biased("parametric", 1),
      fit(table, given) {
        tables.push(table);
        options.push(given);
        return fitOf(tables.length, { status });
      },
    };
    return { fitter, tables, options };
  }
  const draw = (resampling: "runs" | "budgets" | "residuals", fit: Fit, table = runs()) => {
    const { fitter, tables, options } = recording();
    const settings = {
      resampling,
      draws: 40,
      rng: randomStream("draws"),
      options: { objective: "raw-square" } as const,
    };
    const fits = bootstrapFits(fitter, table, fit, settings);
    return { tables, options, fits };
  };
  const same = (a: RunPoint, b: RunPoint) => a.N === b.N && a.D === b.D && a.C === b.C && a.loss === b.loss;

  it("of runs hold as many runs as the table, counted by weight", () => {
    const table = runs().map((run, i) => ({ ...run, weight: i === 0 ? 3 : 1 }));
    const { tables, options, fits } = draw("runs", fitOf(1), table);
    expect([tables.length, fits.length]).toEqual([40, 40]);
    expect(options[0]).toEqual({ objective: "raw-square", start: { E: 1 } });
    for (const drawn of tables) {
      for (const run of drawn) expect(table.some((one) => same(one, run))).toBe(true);
      const times = drawn.map((run) => run.weight! / (same(run, table[0]!) ? 3 : 1));
      expect(times.reduce((sum, count) => sum + count, 0)).toBe(28);
    }
    // Each run is left out with probability (1 - 1/28)^28, about 0.36.
    const left = 1 - tables.reduce((sum, drawn) => sum + drawn.length, 0) / (40 * 28);
    expect(Math.abs(left - 0.361)).toBeLessThan(0.05);
  });

  it("of budgets hold whole budgets, as many as the table", () => {
    for (const drawn of draw("budgets", fitOf(1)).tables) {
      const byBudget = new Map<number, number[]>();
      for (const { C, weight } of drawn) byBudget.set(C, [...(byBudget.get(C) ?? []), weight!]);
      let total = 0;
      for (const weights of byBudget.values()) {
        expect([weights.length, new Set(weights).size]).toEqual([7, 1]);
        total += weights[0]!;
      }
      expect(total).toBe(4);
    }
  });

  it("of residuals keep the design, and deal the fit's own ratios out anew", () => {
    const fit = parametric.fit(runs());
    const ratios = runs().map((run) => run.loss / fit.loss!(run.N, run.D));
    const seen = new Set<number>();
    for (const drawn of draw("residuals", fit).tables) {
      expect(drawn.map(({ N, D, C }) => [N, D, C])).toEqual(runs().map(({ N, D, C }) => [N, D, C]));
      for (const run of drawn) {
        const ratio = run.loss / fit.loss!(run.N, run.D);
        const at = ratios.findIndex((one) => Math.abs(one - ratio) < 1e-12);
        expect(at).toBeGreaterThanOrEqual(0);
        seen.add(at);
      }
    }
    expect(seen.size).toBe(28);
  });

  it("of residuals are of runs where a fit has no loss", () => {
    const { loss: _, ...unlossed } = fitOf(1);
    const [one, other] = [draw("residuals", unlossed), draw("runs", unlossed)];
    expect(one.tables).toEqual(other.tables);
  });

  it("that determine nothing are left out and reported", () => {
    const { fitter } = recording("not identified");
    let told = 0;
    const settings = { resampling: "runs", draws: 5, rng: randomStream("x"), onRefit: () => void told++ } as const;
    expect(bootstrapFits(fitter, runs(), fitOf(1), settings)).toEqual([]);
    expect(told).toBe(5);
    const bound = recording("at a bound");
    expect(bootstrapFits(bound.fitter, runs(), fitOf(1), settings)).toHaveLength(5);
  });
});

describe("the choice among laws", () => {
  const settings = { targets: [1e21, 1e22, 1e23], level: 0.9, draws: 400, resampling: "runs" as const };
  const choose = (fitters: readonly Fitter[], table = runsOf(LAW, GRID)) =>
    chooseModels(fitters, table, { ...settings, rng: randomStream("choice") });

  it("weighs each by how well it predicts the top budget, relative to the best", () => {
    const { families, level } = choose([biased("one", 1.01), biased("two", 1.02), biased("three", 1.2)])!;
    expect(level).toBe(0.9);
    expect(families.map(({ method }) => method)).toEqual(["one", "two", "three"]);
    const [e1, e2] = [Math.log(1.01), Math.log(1.02)];
    expect(families.map(({ error }) => error)).toEqual([
      expect.closeTo(e1, 9),
      expect.closeTo(e2, 9),
      expect.closeTo(Math.log(1.2), 9),
    ]);
    const share = Math.exp(-(e2 * e2 - e1 * e1) / (2 * e1 * e1));
    expect(families[0]!.weight).toBeCloseTo(1 / (1 + share), 9);
    expect(families[1]!.weight).toBeCloseTo(share / (1 + share), 9);
    expect(families[2]!.weight).toBeLessThan(1e-9);
  });

  it("mixes their draws, and blurs the loss the more, the farther it extrapolates", () => {
    const { targets } = choose([biased("one", 1.01)])!;
    expect(targets.map(({ C }) => C)).toEqual(settings.targets);
    expect(targets[0]!.N).toEqual([1.01, 1.01]);
    expect(targets[0]!.D).toEqual([1.01, 1.01]);
    // At the top budget and one step beyond it a step's error, two steps beyond √2 of it: 1.645 sigma either way.
    for (const [i, steps] of [1, 1, 2].entries()) {
      const [low, high] = targets[i]!.loss.map((loss) => Math.log(loss / 1.01) / (Math.log(1.01) * Math.sqrt(steps)));
      expect(Math.abs(low! + 1.645)).toBeLessThan(0.3);
      expect(Math.abs(high! - 1.645)).toBeLessThan(0.3);
    }
    const both = choose([biased("one", 1.01), biased("two", 1 / 1.01)])!;
    expect(both.targets[0]!.N).toEqual([expect.closeTo(1 / 1.01, 9), expect.closeTo(1.01, 9)]);
  });

  it("fits each to all but the top budget first, then to all, then as often as its share of the draws", () => {
    const tables: Record<string, (readonly RunPoint[])[]> = { one: [], two: [] };
    const recording = (name: string): Fitter => {
      const fitter = biased(name, 1.01);
      const fit = (some: readonly RunPoint[]) => {
        tables[name]!.push(some);
        return fitter.fit(some);
      };
      return { ...fitter, fit };
    };
    const five = runsOf(LAW, { ...GRID, budgets: [1e18, 3e18, 1e19, 1e20, 1e21] });
    const choice = choose([recording("one"), recording("two")], five)!;
    for (const [below, all, ...drawn] of Object.values(tables)) {
      expect(below!.length).toBe(28);
      expect(Math.max(...below!.map(({ C }) => C))).toBe(1e20);
      expect(all).toEqual(five);
      expect(drawn).toHaveLength(200);
    }
    // A step is from the last budget but one to the top, here a factor of ten: two of them are to 1e23.
    const width = ([low, high]: readonly [number, number]) => Math.log(high / low);
    const [top, , far] = choice.targets.map(({ loss }) => width(loss));
    expect(Math.abs(far! / top! - Math.SQRT2)).toBeLessThan(0.2);
  });

  it("judges a method that predicts only the best run by that one", () => {
    const best = runsOf(LAW, GRID)
      .slice(-7)
      .reduce((a, b) => (b.loss < a.loss ? b : a));
    const only = biased("only", 1, { optimum: (C) => ({ C, N: 1, D: 1, loss: best.loss * 1.03 }) });
    const { loss: _, ...unlossed } = only.fit([]);
    const { families } = choose([{ ...only, fit: () => unlossed }])!;
    expect(families[0]!.error).toBeCloseTo(Math.log(1.03), 9);
  });

  it("leaves out laws that cannot be fitted or predict no number", () => {
    const dead = { ...biased("dead", 1), fit: () => notIdentified("parametric", "no") };
    const silent = biased("silent", Number.NaN);
    expect(choose([dead, silent])).toBeUndefined();
    expect(choose([dead, biased("one", 1.01), silent])!.families.map(({ method }) => method)).toEqual(["one"]);
    const partly: Fitter = { ...biased("partly", 1.01), fit: (some) => (some.length === 28 ? dead.fit() : fitOf(3)) };
    expect(choose([partly])).toBeUndefined();
  });

  it("needs three budgets, and twenty optima for an interval", () => {
    expect(choose([biased("one", 1.01)], runsOf(LAW, GRID).slice(0, 14))).toBeUndefined();
    expect(choose([biased("one", 1.01)], [])).toBeUndefined();
    expect(choose([biased("one", 1.01)], runsOf(LAW, GRID).slice(0, 21))).toBeDefined();
    const few = chooseModels([biased("one", 1.01)], runs(), { ...settings, draws: 19, rng: randomStream("x") });
    expect(few!.targets).toEqual([]);
    const lost = biased("lost", 1.01, { optimum: () => undefined });
    expect(choose([lost])!.targets).toEqual([]);
  });

  it("takes a law without error for one off by a millionth, so that its weight is a number", () => {
    expect(choose([biased("exact", 1)])!.families[0]!.weight).toBe(1);
  });
});

describe("the profile of the floor", () => {
  const t = studentQuantile(0.975, 23);
  const middle = (sizes: number[]) => sizes.toSorted((a, b) => a - b).slice(5)[Math.floor((sizes.length - 5) / 2)]!;

  it.each(["log-square", "raw-square"] as const)("by %s ends where the F-test refuses", (objective) => {
    const { E, interval, open } = profileFloor(runs(), 0.95, objective)!;
    const best = parametric.fit(runs(), { objective });
    expect(E).toBeCloseTo(best.parameters.E!, 9);
    expect(open).toBe(false);
    for (const end of interval) {
      const held = parametric.fit(runs(), { objective, fixed: { E: end } }).objective!.value;
      expect((held / best.objective!.value - 1) * 23).toBeCloseTo(t * t, 3);
    }
    expect(interval[0]).toBeLessThan(E);
    expect(interval[1]).toBeGreaterThan(E);
  });

  it.each(["log-huber", "raw-huber"] as const)(
    "by %s ends where twice the rise over its dispersion does",
    (objective) => {
      const delta = 1e-4;
      const { interval } = profileFloor(runs(), 0.95, objective, delta)!;
      const best = parametric.fit(runs(), { objective, delta });
      const residuals = runs().map(({ N, D, loss }) =>
        Math.abs(
          objective === "log-huber" ? Math.log(best.loss!(N, D) / loss) : Math.log(best.loss!(N, D) / loss) * loss,
        ),
      );
      const dispersion = delta * 1.2533 * 1.4826 * middle(residuals);
      for (const end of interval) {
        const held = parametric.fit(runs(), { objective, delta, fixed: { E: end } }).objective!.value;
        expect((2 * (held - best.objective!.value)) / dispersion).toBeCloseTo(t * t, 2);
      }
    },
  );

  it("treats Huber's sum as squares where its delta is beyond the residuals", () => {
    const wide = profileFloor(runs(), 0.95, "log-huber", 1)!;
    const squares = profileFloor(runs(), 0.95, "log-square")!;
    expect(wide.interval[0]).toBeCloseTo(squares.interval[0], 6);
    expect(wide.interval[1]).toBeCloseTo(squares.interval[1], 6);
  });

  it("takes the likelihood for nearly absolute residuals", () => {
    const { interval } = profileFloor(runs(), 0.95, "huber-likelihood")!;
    expect(interval).toEqual(profileFloor(runs(), 0.95, "log-huber", 1e-6)!.interval);
  });

  it("is wider at a higher level", () => {
    const [some, more] = [profileFloor(runs(), 0.5)!.interval, profileFloor(runs(), 0.99)!.interval];
    expect(more[0]).toBeLessThan(some[0]);
    expect(more[1]).toBeGreaterThan(some[1]);
  });

  it("has no lower end where the runs allow a floor of zero", () => {
    const small = { ...GRID, budgets: [1e18, 1.5e18], width: 2 };
    const { interval, open } = profileFloor(runsOf(LAW, small, 0.02, 5), 0.95, "log-square")!;
    expect([interval[0], open]).toEqual([0, true]);
    const sunk = runsOf(LAW, GRID, 0.002, 3).map((run) => ({ ...run, loss: run.loss - 1.9 }));
    const below = profileFloor(sunk, 0.95, "log-square")!;
    expect([below.E, below.interval[0], below.open]).toEqual([0, 0, true]);
    expect(below.interval[1]).toBeGreaterThan(0);
  });

  it("is missing for five runs, for runs without error, and for NaN", () => {
    expect(profileFloor(runs().slice(0, 5), 0.95)).toBeUndefined();
    expect(profileFloor(runsOf(LAW, GRID), 0.95)).toBeUndefined();
    expect(profileFloor([...runs(), { ...runs()[0]!, loss: -1 }], 0.95)).toBeUndefined();
  });
});

describe("the exponent under other choices", () => {
  const choices = [
    "log-huber 0.0001",
    "log-huber 0.001",
    "log-huber 0.01",
    "log-square",
    "raw-huber 0.001",
    "raw-square",
  ];
  const named = ({ objective, delta }: { objective: string; delta?: number }) => `${objective} ${delta ?? ""}`.trim();

  it("is of six choices, what each objective gives", () => {
    const { exponents, outliers } = exponentSensitivity(runs());
    expect(exponents.map(named)).toEqual(choices);
    expect(outliers).toEqual([]);
    for (const { objective, delta, a, ...rest } of exponents) {
      expect(a).toBe(parametric.fit(runs(), { objective, ...(delta && { delta }) }).exponents!.a);
      expect(rest).toEqual({});
    }
  });

  it("is also given without the runs that are far off", () => {
    const spoiled = runs().map((run, i) => ({ ...run, loss: run.loss * (i === 3 ? 1.2 : i === 20 ? 0.7 : 1) }));
    const rest = runs().filter((_, i) => i !== 3 && i !== 20);
    for (const { objective, delta, a, withoutOutliers } of exponentSensitivity(spoiled).exponents) {
      const clean = parametric.fit(rest, { objective, ...(delta && { delta }) }).exponents!.a;
      expect(withoutOutliers).toBe(clean);
      expect(a).not.toBe(clean);
    }
  });

  it("keeps fixed parameters", () => {
    const { exponents } = exponentSensitivity(runs(), { fixed: { alpha: 0.4, beta: 0.4 } });
    for (const { a } of exponents) expect(a).toBe(0.5);
  });

  it("is absent where a fit is not identified, and nothing is an outlier there", () => {
    expect(exponentSensitivity(runs().slice(0, 3))).toEqual({
      exponents: [
        { objective: "log-huber", delta: 1e-4 },
        { objective: "log-huber", delta: 1e-3 },
        { objective: "log-huber", delta: 1e-2 },
        { objective: "log-square" },
        { objective: "raw-huber", delta: 1e-3 },
        { objective: "raw-square" },
      ],
      outliers: [],
    });
  });

  it("has no outliers among rounding errors", () => {
    const exact = runsOf(LAW, GRID).map((run, i) => ({ ...run, loss: run.loss * (1 + (i === 4 ? 1e-8 : 0)) }));
    expect(exponentSensitivity(exact).outliers).toEqual([]);
  });

  it("takes runs beyond five standard deviations for outliers, either way, with how far they are", () => {
    const sizes = runs().map((run) => Math.abs(Math.log(parametric.fit(runs()).loss!(run.N, run.D) / run.loss)));
    const deviation = 1.4826 * sizes.toSorted((a, b) => a - b)[14]!;
    expect(deviation).toBeGreaterThan(0.003);
    const spoiled = runs().map((run, i) => ({
      ...run,
      loss: run.loss * Math.exp(i === 9 ? 0.08 : i === 16 ? -0.1 : 0),
    }));
    const { outliers } = exponentSensitivity(spoiled);
    expect(outliers.map(({ run }) => spoiled.indexOf(run))).toEqual([16, 9]);
    const { loss } = parametric.fit(spoiled);
    for (const { run, residual } of outliers)
      expect(residual).toBeCloseTo(Math.log(loss!(run.N, run.D) / run.loss), 12);
  });

  it("keeps priors", () => {
    const prior = { alpha: { mean: 0.5, sd: 1e-5 }, beta: { mean: 0.5, sd: 1e-5 } };
    for (const { a } of exponentSensitivity(runs(), { priors: prior }).exponents) expect(a).toBeCloseTo(0.5, 2);
  });
});

describe("quantiles of draws", () => {
  it("do not depend on their order", () => {
    expect(quantile([5, 1, 4, 2, 3], 0.9)).toBe(quantile([1, 2, 3, 4, 5], 0.9));
  });
});
