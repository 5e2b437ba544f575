import { quantile } from "../statistics/quantile.ts";
import { budgetsIn } from "../table/budgets.ts";
import { type Rng, standardNormal } from "../task/random.ts";
import type { RunPoint } from "../task/run-point.ts";
import { bootstrapFits, FEWEST_REFITS, type Interval, type Resampling } from "./bootstrap.ts";
import { type Fit, type Fitter, isUsable } from "./fitter.ts";

/** How well a family of laws predicted the budget it was not fitted to. */
export interface FamilyScore {
  readonly method: string;
  /** Root mean square of ln(predicted/observed) over the held-out top budget. */
  readonly error: number;
  /** Share of the mixture, between 0 and 1. */
  readonly weight: number;
}

export interface ModelChoice {
  readonly level: number;
  readonly families: readonly FamilyScore[];
  readonly targets: readonly {
    readonly C: number;
    readonly N: Interval;
    readonly D: Interval;
    readonly loss: Interval;
  }[];
}

/**
 * Prediction intervals that include the choice of the law. Each family is fitted without the top budget and weighted by
 * how well it predicts that budget, exp(−(e² − e_best²)/(2·e_best²)); the intervals are quantiles of the families'
 * bootstrap draws, mixed by weight, the loss blurred by the family's own held-out error, which grows with the distance
 * extrapolated.
 *
 * @returns undefined where fewer than three budgets leave nothing to hold out, or no family can be fitted twice.
 */
export function chooseModels(
  families: readonly Fitter[],
  runs: readonly RunPoint[],
  {
    targets,
    level,
    draws,
    rng,
    resampling = "runs",
  }: { targets: readonly number[]; level: number; draws: number; rng: Rng; resampling?: Resampling },
): ModelChoice | undefined {
  const budgets = budgetsIn(runs);
  const top = budgets.at(-1);
  if (!top || budgets.length < 3) return undefined;
  const below = budgets.slice(0, -1).flatMap((budget) => budget.runs);
  const reach = Math.log(top.C / budgets.at(-2)!.C);
  const candidates = families.flatMap((fitter) => {
    const [part, whole] = [fitter.fit(below), fitter.fit(runs, { targets })];
    const error = heldOutError(part, top.runs);
    return error === undefined || !isUsable(whole) ? [] : [{ fitter, whole, error }];
  });
  if (candidates.length === 0) return undefined;
  const least = Math.max(1e-6, Math.min(...candidates.map(({ error }) => error)));
  const shares = candidates.map(({ error }) => Math.exp(-(error * error - least * least) / (2 * least * least)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const drawn = candidates.map(({ fitter, whole, error }, i) => ({
    error,
    fits: bootstrapFits(fitter, runs, whole, { resampling, draws: Math.ceil((draws * shares[i]!) / total), rng }),
  }));
  const tail = (1 - level) / 2;
  return {
    level,
    families: candidates.map(({ fitter, error }, i) => ({ method: fitter.name, error, weight: shares[i]! / total })),
    targets: targets.flatMap((C) => {
      const distance = Math.max(1, Math.log(C / top.C) / reach);
      const optima = drawn.flatMap(({ fits, error }) =>
        fits.flatMap((fit) => {
          const optimum = fit.optimum(C);
          if (optimum?.loss === undefined || !Number.isFinite(optimum.loss)) return [];
          return [{ ...optimum, loss: optimum.loss * Math.exp(error * Math.sqrt(distance) * standardNormal(rng)) }];
        }),
      );
      if (optima.length < FEWEST_REFITS) return [];
      const interval = (key: "N" | "D" | "loss"): Interval => {
        const values = optima.map((optimum) => optimum[key]);
        return [quantile(values, tail), quantile(values, 1 - tail)];
      };
      return [{ C, N: interval("N"), D: interval("D"), loss: interval("loss") }];
    }),
  };
}

/** Of a law over every run of the budget; of a frontier over its best run. */
function heldOutError(fit: Fit, runs: readonly RunPoint[]): number | undefined {
  if (!isUsable(fit)) return undefined;
  const best = runs.reduce((a, b) => (b.loss < a.loss ? b : a));
  const { loss } = fit;
  const ratios = loss
    ? runs.map((run) => loss(run.N, run.D, run.C) / run.loss)
    : [(fit.optimum(best.C)?.loss ?? Number.NaN) / best.loss];
  const error = Math.sqrt(ratios.reduce((sum, ratio) => sum + Math.log(ratio) * Math.log(ratio), 0) / ratios.length);
  return Number.isFinite(error) ? error : undefined;
}
