import { describe, expect, it } from "vitest";
import { type Fit, type FitOptions, type Fitter, notIdentified } from "../../src/fit/fitter.ts";
import { holdOut } from "../../src/fit/hold-out.ts";
import { chinchillaLoss, chinchillaOptimum, BESIROGLU as LAW } from "../../src/law/chinchilla.ts";
import { randomStream } from "../../src/task/random.ts";
import type { RunPoint } from "../../src/task/run-point.ts";

const BUDGETS = [1e18, 1e19, 1e20, 1e21, 1e22];
const loss = (N: number, D: number) => chinchillaLoss(LAW, N, D);

/** Three sizes a budget, each loss off by a factor of e^±off in turn. */
const runs = (off = 0): RunPoint[] =>
  BUDGETS.flatMap((C) =>
    [0.5, 1, 2].map((factor, i) => {
      const N = factor * chinchillaOptimum(LAW, C).N;
      const D = C / (6 * N);
      return { N, D, C, loss: loss(N, D) * Math.exp(i % 2 ? off : -off) };
    }),
  );

/** A method that knows the law, and tells what it is asked to fit. */
function knowing(more: Partial<Fit> = {}, asked: [readonly RunPoint[], FitOptions | undefined][] = []): Fitter {
  const optimum = (C: number) => {
    const { N, D } = chinchillaOptimum(LAW, C);
    return { C, N, D, loss: loss(N, D) };
  };
  const fit: Fit = { ...notIdentified("knowing", "made up"), status: "converged", loss, optimum, ...more };
  return {
    name: "knowing",
    summary: "",
    options: [],
    fit(shown, options) {
      asked.push([shown, options]);
      return fit;
    },
  };
}

const settings = { hidden: 2, draws: 40, rng: (name: string) => randomStream(name) };

describe("hiding the largest budgets", () => {
  it("fits each method to the runs below, with the hidden budgets as targets, then once for each draw", () => {
    const asked: [readonly RunPoint[], FitOptions | undefined][] = [];
    const options = { delta: 0.01 };
    const results = holdOut([knowing({}, asked)], runs(), { ...settings, options })!;
    expect(asked[0]).toEqual([runs().filter(({ C }) => C < 1e21), { delta: 0.01, targets: [1e21, 1e22] }]);
    expect(asked).toHaveLength(41);
    expect(asked[1]![1]).toMatchObject(options);
    for (const [shown] of asked) expect(Math.max(...shown.map(({ C }) => C))).toBeLessThan(1e21);
    expect(results.map(({ method, status, reason, C }) => [method, status, reason, C])).toEqual([
      ["knowing", "converged", "made up", 1e21],
      ["knowing", "converged", "made up", 1e22],
    ]);
  });

  it("compares what is predicted with the lowest hidden run, exactly where there is no noise", () => {
    const [, last] = holdOut([knowing()], runs(), settings)!;
    const best = chinchillaOptimum(LAW, 1e22);
    expect(last!.observed).toEqual({ N: best.N, loss: loss(best.N, best.D) });
    expect(last!.predicted).toMatchObject({ N: best.N, interval: { level: 0.8, N: [best.N, best.N] } });
    expect(last!.predicted!.loss).toBeCloseTo(loss(best.N, best.D), 12);
  });

  it("widens the interval of the loss by the noise of single runs", () => {
    const [first] = holdOut([knowing()], runs(0.01), { ...settings, draws: 2000 })!;
    const { interval, loss: middle } = first!.predicted!;
    for (const end of interval!.loss!) {
      const deviations = Math.abs(Math.log(end / middle!)) / 0.01;
      expect(deviations).toBeGreaterThan(1.28 - 0.15);
      expect(deviations).toBeLessThan(1.28 + 0.15);
    }
    expect(interval!.loss![0]).toBeLessThan(middle!);
    expect([interval!.N![0], interval!.N![1]]).toEqual([first!.predicted!.N, first!.predicted!.N]);
  });

  it.each([
    [1, true],
    [1.1, false],
    [0.9, false],
  ])("says whether the interval holds the lowest loss, %d times what is predicted", (factor, covered) => {
    const moved = runs(0.01).map((run) => (run.C > 3e20 ? { ...run, loss: factor * loss(run.N, run.D) } : run));
    expect(holdOut([knowing()], moved, settings)!.map((one) => one.covered)).toEqual([covered, covered]);
  });

  it("has no interval from fewer than twenty refits, and of a law of C alone none of N", () => {
    const [few] = holdOut([knowing()], runs(), { ...settings, draws: 19 })!;
    expect([few!.predicted!.interval, few!.covered]).toEqual([null, null]);
    const [enough] = holdOut([knowing()], runs(), { ...settings, draws: 20 })!;
    expect(enough!.predicted!.interval).not.toBeNull();
    const [ofC] = holdOut([knowing({ optimum: () => undefined, lossOfC: () => 2.5 })], runs(), settings)!;
    expect(ofC!.predicted).toMatchObject({ N: null, loss: 2.5 });
    expect(Object.keys(ofC!.predicted!.interval!)).toEqual(["level", "loss"]);
  });

  it("has no loss where a method predicts sizes alone", () => {
    const optimum = (C: number) => ({ C, N: 1e9, D: 2e10 });
    const [sizes] = holdOut([knowing({ optimum })], runs(), settings)!;
    expect(sizes!.predicted).toEqual({ N: 1e9, loss: null, interval: { level: 0.8, N: [1e9, 1e9] } });
    expect(sizes!.covered).toBeNull();
  });

  it("gives no prediction where a fit is not usable or has none, and does not refit it", () => {
    const asked: [readonly RunPoint[], FitOptions | undefined][] = [];
    const results = holdOut([knowing({ status: "implausible" }, asked)], runs(), settings)!;
    expect(results.map(({ status, predicted, covered }) => [status, predicted, covered])).toEqual([
      ["implausible", null, null],
      ["implausible", null, null],
    ]);
    expect(asked).toHaveLength(1);
    expect(holdOut([knowing({ optimum: () => undefined })], runs(), settings)![0]!.predicted).toBeNull();
  });

  it("hides budgets of two sizes, and shows nothing as large as they are", () => {
    const single = [...runs(), { N: 1e10, D: 1e13, C: 6e23, loss: 2 }, { N: 1e10, D: 1e13, C: 6e23, loss: 2.1 }];
    expect(holdOut([knowing()], single, settings)!.map(({ C }) => C)).toEqual([1e21, 1e22]);
  });

  it("needs three budgets below, and as many to hide as asked for", () => {
    expect(holdOut([knowing()], runs(), { ...settings, hidden: 3 })).toBeUndefined();
    expect(
      holdOut(
        [knowing()],
        runs().filter(({ C }) => C < 5e18),
        settings,
      ),
    ).toBeUndefined();
    expect(holdOut([knowing()], [], settings)).toBeUndefined();
    const one = runs().filter(({ C }, i) => C > 5e21 || i % 3 === 0);
    expect(holdOut([knowing()], one, settings)).toBeUndefined();
    expect(holdOut([knowing()], one, { ...settings, hidden: 1 })).toHaveLength(1);
  });
});
