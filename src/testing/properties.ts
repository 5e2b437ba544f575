import fc from "fast-check";
import { isUsable } from "../fit/fitter.ts";
import { chinchillaOptimum } from "../law/chinchilla.ts";
import { randomStream } from "../task/random.ts";
import type { RunPoint } from "../task/run-point.ts";
import { degenerateTables, grids, laws, runsOf, tables } from "./arbitraries.ts";
import { average, close, intervalOf, optimumAt, same, sameParameters, widthOf } from "./comparisons.ts";
import type { FitterUnderTest } from "./fitter-under-test.ts";

/** Something any fitter should satisfy, as a fast-check property. */
export interface FitterProperty {
  readonly name: string;
  /** The exact requirement, with its tolerance and numbers. */
  readonly claim: string;
  /** Cases tried by default. */
  readonly runs: number;
  of(fitter: FitterUnderTest): fc.IProperty<[Counterexample]>;
}

/** A case as a person can run it: the rows of the table, and what they are. */
export interface Counterexample {
  readonly runs: readonly RunPoint[];
  readonly about: string;
  /** What the case needs beside its rows. */
  readonly target: number;
  readonly seed: number;
}

const describe = (value: object) =>
  JSON.stringify(value, (_, part) => (typeof part === "number" ? Number(part.toPrecision(6)) : part));

const noiseFree: fc.Arbitrary<Counterexample & { readonly truth: { N: number; D: number; loss?: number } }> = fc
  .tuple(laws, grids)
  .map(([law, grid]) => {
    const target = grid.budgets.at(-1)! * 10;
    return {
      runs: runsOf(law, grid),
      about: describe({ law, grid }),
      target,
      seed: 0,
      truth: chinchillaOptimum(law, target),
    };
  });

const noisy: fc.Arbitrary<Counterexample> = fc.tuple(tables, fc.nat(1e6)).map(([{ law, grid, runs }, seed]) => ({
  runs,
  about: describe({ law, grid }),
  target: grid.budgets.at(-1)! * 10,
  seed,
}));

const pooled: fc.Arbitrary<Counterexample> = fc
  .tuple(tables, fc.double({ min: 0.6, max: 0.83, noNaN: true }))
  .map(([{ law, grid, runs }, ratio]) => ({
    runs: runs.flatMap((run) => [
      { ...run, labels: { dataset: "one" } },
      { ...run, loss: ratio * run.loss, labels: { dataset: "other" } },
    ]),
    about: describe({ law, grid, ratio }),
    target: grid.budgets.at(-1)! * 10,
    seed: 0,
  }));

const degenerate: fc.Arbitrary<Counterexample> = degenerateTables.map((runs) => ({
  runs,
  about: "a degenerate table",
  target: 1e24,
  seed: 0,
}));

/** The properties of the gauntlet, in the order they are tried. */
export const PROPERTIES: readonly FitterProperty[] = [
  {
    name: "recovers noise-free laws",
    claim:
      "the optimal N at ten times the top budget is the law's to 1e-6 relative, on grids 2 to 16 times wide and up to 2 times off center",
    runs: 100,
    of: (fitter) =>
      fc.property(noiseFree as fc.Arbitrary<Counterexample>, (example) => {
        const { runs, target, truth } = example as Counterexample & { truth: { N: number } };
        close(optimumAt(fitter.fit(runs), target).N, truth.N, 1e-6, "optimal N");
      }),
  },
  {
    name: "commutes with units of N and D",
    claim: "N in millions and D in thousands: the same optimum to 1e-6 relative",
    runs: 30,
    of: (fitter) =>
      fc.property(noisy, ({ runs, target }) => {
        const scaled = runs.map((run) => ({ ...run, N: run.N / 1e6, D: run.D / 1e3, C: run.C / 1e9 }));
        same(
          fitter,
          runs,
          scaled,
          (fit) => fit.optimum(target)?.N,
          (fit) => (fit.optimum(target / 1e9)?.N ?? Number.NaN) * 1e6,
          1e-6,
        );
      }),
  },
  {
    name: "commutes with the count of FLOPs",
    claim: "C counted as 18·N·D instead of 6·N·D: the same N and D at three times the target to 1e-6 relative",
    runs: 30,
    of: (fitter) =>
      fc.property(noisy, ({ runs, target }) => {
        const counted = runs.map((run) => ({ ...run, C: 3 * run.C }));
        for (const quantity of ["N", "D"] as const)
          same(
            fitter,
            runs,
            counted,
            (fit) => fit.optimum(target)?.[quantity],
            (fit) => fit.optimum(3 * target)?.[quantity],
            1e-6,
          );
      }),
  },
  {
    name: "commutes with the unit of loss",
    claim: "loss in bits: the same optimum to 1e-6 relative (objectives of ln loss, and squares)",
    runs: 30,
    of: (fitter) =>
      fc.property(noisy, ({ runs, target }) => {
        const bits = runs.map((run) => ({ ...run, loss: run.loss / Math.LN2 }));
        same(
          fitter,
          runs,
          bits,
          (fit) => fit.optimum(target)?.N,
          (fit) => fit.optimum(target)?.N,
          1e-6,
        );
      }),
  },
  {
    name: "ignores the order of rows",
    claim: "rows shuffled: parameters equal to 1e-8 relative",
    runs: 30,
    of: (fitter) =>
      fc.property(noisy, ({ runs, seed }) => {
        const rng = randomStream(`gauntlet/order/${seed}`);
        const keys = runs.map(() => rng());
        const shuffled = runs
          .map((run, i) => ({ run, key: keys[i]! }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ run }) => run);
        sameParameters(fitter.fit(runs), fitter.fit(shuffled), 1e-8);
      }),
  },
  {
    name: "is not moved by repeating the table",
    claim: "every row twice: parameters equal to 1e-6 relative",
    runs: 30,
    of: (fitter) =>
      fc.property(noisy, ({ runs }) => sameParameters(fitter.fit(runs), fitter.fit([...runs, ...runs]), 1e-6)),
  },
  {
    name: "widens with noise",
    claim:
      "the bootstrap interval of ln N is wider at sigma .01 than at .002, averaged over 6 noise draws (6 × 8 runs, 40 refits each)",
    runs: 5,
    of: (fitter) =>
      fc.property(fc.nat(1e6).map(example), ({ seed, target }) => {
        const width = (sigma: number) =>
          average(
            Array.from({ length: 6 }, (_, i) => widthOf(fitter, runsOf(LAW, GRID, sigma, seed + i), target, seed)),
          );
        const [quiet, loud] = [width(0.002), width(0.01)];
        if (quiet !== undefined && loud !== undefined && !(loud > quiet))
          throw new Error(`mean width of ln N: ${loud} at sigma .01, ${quiet} at .002`);
      }),
  },
  {
    name: "covers at its level",
    claim:
      "80 % residual-bootstrap intervals of N at ten times the top budget hold the law's in at least 60 % of 60 simulations (6 × 8 runs, sigma .005, 60 refits)",
    runs: 1,
    of: (fitter) =>
      fc.property(fc.nat(1e6).map(example), ({ seed, target }) => {
        const truth = chinchillaOptimum(LAW, target).N;
        let [held, made] = [0, 0];
        for (let simulation = 0; simulation < 60; simulation++) {
          const interval = intervalOf(fitter, runsOf(LAW, GRID, 0.005, seed + simulation), target, 0.8, 60, seed);
          if (!interval) continue;
          made++;
          if (interval[0] <= truth && truth <= interval[1]) held++;
        }
        if (made === 0) throw new Error("no interval could be made");
        if (held / made < 0.6) throw new Error(`${held} of ${made} intervals hold the truth`);
      }),
  },
  {
    name: "does not call pooled experiments converged",
    claim:
      "two data sets whose losses differ by a fifth or more, which `labels.dataset` names: the status is neither converged nor at a bound",
    runs: 20,
    of: (fitter) =>
      fc.property(pooled, ({ runs }) => {
        const { status } = fitter.fit(runs);
        if (isUsable({ status })) throw new Error(`the fit of two data sets is ${status}`);
      }),
  },
  {
    name: "calls no implausible prediction converged",
    claim:
      "at a million and at 1e14 times the top budget, given as `targets`: 1e4 to 1e14 parameters, no more than 1e15 tokens nor fewer than one per hundred parameters, no loss above a measured one by a tenth, or another status",
    runs: 30,
    of: (fitter) =>
      fc.property(noisy, ({ runs }) => {
        const top = runs.reduce((most, { C }) => Math.max(most, C), 0);
        const least = runs.reduce((low, { loss }) => Math.min(low, loss), Number.POSITIVE_INFINITY);
        for (const target of [1e6 * top, 1e14 * top]) {
          const fit = fitter.fit(runs, { targets: [target] });
          const optimum = isUsable(fit) ? fit.optimum(target) : undefined;
          if (!optimum) continue;
          const { N, D, loss } = optimum;
          if (!(N >= 1e4 && N <= 1e14 && D <= 1e15 && D >= N / 100))
            throw new Error(`${N} parameters on ${D} tokens for ${target} FLOPs is ${fit.status}`);
          if (loss !== undefined && loss > 1.1 * least)
            throw new Error(`a loss of ${loss} for ${target} FLOPs, above ${least}, is ${fit.status}`);
        }
      }),
  },
  {
    name: "survives degenerate tables",
    claim: "two rows, one budget, one size, constant or negative losses, 1e30: no exception, no NaN, within 5 seconds",
    runs: 150,
    of: (fitter) =>
      fc.property(degenerate, ({ runs, target }) => {
        const before = performance.now();
        const fit = fitter.fit(runs);
        const seconds = (performance.now() - before) / 1000;
        if (seconds > 5) throw new Error(`took ${seconds.toFixed(1)} seconds`);
        if (!isUsable(fit)) return;
        const optimum = fit.optimum(target);
        const numbers = { ...fit.parameters, ...fit.exponents, ...(optimum && { N: optimum.N, D: optimum.D }) };
        for (const [name, value] of Object.entries(numbers))
          if (Number.isNaN(value)) throw new Error(`${name} is NaN in a fit that is ${fit.status}`);
      }),
  },
];

/** What intervals are tried on. */
const LAW = { E: 1.8, A: 480, B: 2100, alpha: 0.35, beta: 0.37 };
const GRID = { budgets: [1e18, 3e18, 1e19, 3e19, 1e20, 3e20], sizesPerBudget: 8, width: 6, offset: 1 };

function example(seed: number): Counterexample {
  return { runs: runsOf(LAW, GRID, 0.005, seed), about: describe({ law: LAW, grid: GRID, seed }), target: 3e21, seed };
}
