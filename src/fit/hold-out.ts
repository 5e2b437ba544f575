import { quantile } from "../statistics/quantile.ts";
import { type Budget, budgetsIn } from "../table/budgets.ts";
import { type Rng, standardNormal } from "../task/random.ts";
import type { RunPoint } from "../task/run-point.ts";
import { bootstrapFits, FEWEST_REFITS, type Interval } from "./bootstrap.ts";
import { type Fit, type FitOptions, type FitStatus, type Fitter, isUsable } from "./fitter.ts";
import { predictionOf, rmsResidual } from "./plausibility.ts";

/** What a method, fitted without the largest budgets, predicts of one of them. */
export interface HoldOut {
  readonly method: string;
  readonly status: FitStatus;
  /** The status as a sentence. */
  readonly reason: string;
  /** FLOPs of the hidden budget. */
  readonly C: number;
  /** Null where the method predicts nothing there, or its fit is not usable. */
  readonly predicted: null | {
    /** Null for laws of C alone. */
    readonly N: number | null;
    readonly loss: number | null;
    /** Null where too few refits succeeded. Of the loss it includes the scatter of a single run. */
    readonly interval: null | { readonly level: number; readonly N?: Interval; readonly loss?: Interval };
  };
  /** The lowest run of the hidden budget. */
  readonly observed: { readonly N: number; readonly loss: number };
  /** Whether the interval of the loss contains the observed one; null without an interval. */
  readonly covered: boolean | null;
}

/** Level of the intervals. */
const LEVEL = 0.8;

/**
 * Hides the `hidden` largest budgets of two sizes or more, fits each method to the cheaper runs, and compares.
 *
 * @returns undefined where fewer than three budgets would be left.
 */
export function holdOut(
  fitters: readonly Fitter[],
  runs: readonly RunPoint[],
  {
    hidden,
    draws,
    rng,
    options = {},
  }: {
    readonly hidden: number;
    readonly draws: number;
    readonly rng: (method: string) => Rng;
    readonly options?: FitOptions;
  },
): HoldOut[] | undefined {
  const budgets = budgetsIn(runs);
  const top = budgets.filter((budget) => new Set(budget.runs.map(({ N }) => N)).size > 1).slice(-hidden);
  const least = top[0]?.C;
  const shown = least === undefined ? [] : runs.filter(({ C }) => C < least);
  if (top.length < hidden || budgetsIn(shown).length < 3) return undefined;
  return fitters.flatMap((fitter) => {
    const fit = fitter.fit(shown, { ...options, targets: top.map(({ C }) => C) });
    const refits = isUsable(fit)
      ? bootstrapFits(fitter, shown, fit, { resampling: "runs", draws, rng: rng(fitter.name), options })
      : [];
    return top.map((budget) => compare(fit, refits, shown, budget, rng(`${fitter.name}/${budget.C}`)));
  });
}

function compare(fit: Fit, refits: readonly Fit[], shown: readonly RunPoint[], { C, runs }: Budget, rng: Rng): HoldOut {
  const best = runs.reduce((low, run) => (run.loss < low.loss ? run : low));
  const observed = { N: best.N, loss: best.loss };
  const prediction = isUsable(fit) ? predictionOf(fit, C) : undefined;
  const { method, status, explanation: reason } = fit;
  if (!prediction) return { method, status, reason, C, predicted: null, observed, covered: null };
  const scatter = rmsResidual(fit, shown);
  const drawn = refits.flatMap((refit) => predictionOf(refit, C) ?? []);
  const interval = (values: readonly number[]): Interval | undefined =>
    values.length < FEWEST_REFITS ? undefined : [quantile(values, (1 - LEVEL) / 2), quantile(values, (1 + LEVEL) / 2)];
  const N = interval(drawn.flatMap((one) => one.N ?? []));
  const loss = interval(
    drawn.flatMap((one) => (one.loss === undefined ? [] : [one.loss * Math.exp(scatter * standardNormal(rng))])),
  );
  return {
    method,
    status,
    reason,
    C,
    predicted: {
      N: prediction.N ?? null,
      loss: prediction.loss ?? null,
      interval: N || loss ? { level: LEVEL, ...(N && { N }), ...(loss && { loss }) } : null,
    },
    observed,
    covered: loss ? loss[0] <= observed.loss && observed.loss <= loss[1] : null,
  };
}
