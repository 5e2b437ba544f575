import { normalCdf, studentQuantile } from "../statistics/distributions.ts";
import { quantile } from "../statistics/quantile.ts";
import { budgetsIn } from "../table/budgets.ts";
import type { Rng } from "../task/random.ts";
import type { RunPoint } from "../task/run-point.ts";
import { type Fit, type FitOptions, type Fitter, isUsable } from "./fitter.ts";

/**
 * What is drawn again.
 * - `runs`: runs with replacement. Assumes least: runs are exchangeable.
 * - `budgets`: whole budgets with replacement, for runs of a budget that share their errors (checkpoints, one
 *   tuning).
 * - `residuals`: the fitted losses with the fit's relative residuals permuted. Keeps the design, so it suits small
 *   tables; assumes errors of one size everywhere.
 */
export const RESAMPLINGS = ["runs", "budgets", "residuals"] as const;
export type Resampling = (typeof RESAMPLINGS)[number];

/** Fits to `draws` resampled tables, each descending from the parameters of `fit`; those not identified are left out. */
export function bootstrapFits(
  fitter: Fitter,
  runs: readonly RunPoint[],
  fit: Fit,
  {
    resampling,
    draws,
    rng,
    options = {},
    onRefit,
  }: { resampling: Resampling; draws: number; rng: Rng; options?: FitOptions; onRefit?: () => void },
): Fit[] {
  const sample = sampler(resampling, runs, fit);
  const near = { ...options, start: fit.parameters };
  const fits: Fit[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const refit = fitter.fit(sample(rng), near);
    if (isUsable(refit)) fits.push(refit);
    onRefit?.();
  }
  return fits;
}

function sampler(resampling: Resampling, runs: readonly RunPoint[], fit: Fit): (rng: Rng) => RunPoint[] {
  if (resampling === "residuals") {
    const { loss } = fit;
    if (!loss) return sampler("runs", runs, fit);
    const fitted = runs.map(({ N, D, C }) => loss(N, D, C));
    const ratios = runs.map((run, i) => run.loss / fitted[i]!);
    return (rng) => runs.map((run, i) => ({ ...run, loss: fitted[i]! * ratios[Math.floor(rng() * runs.length)]! }));
  }
  const groups: readonly (readonly RunPoint[])[] =
    resampling === "budgets" ? budgetsIn(runs).map((budget) => budget.runs) : runs.map((run) => [run]);
  return (rng) => {
    const times = new Int32Array(groups.length);
    for (let i = 0; i < groups.length; i++) times[Math.floor(rng() * groups.length)]! += 1;
    return groups.flatMap((group, i) =>
      times[i] === 0 ? [] : group.map((run) => ({ ...run, weight: (run.weight ?? 1) * times[i]! })),
    );
  };
}

/** An interval that should contain the truth with the probability of its level. */
export type Interval = readonly [low: number, high: number];

/** What is known about an optimum at one budget. */
export interface OptimumInterval {
  readonly C: number;
  readonly N: Interval;
  readonly D: Interval;
  readonly loss?: Interval;
}

export interface Intervals {
  readonly level: number;
  /** Number of refits behind the intervals. */
  readonly draws: number;
  readonly parameters: Readonly<Record<string, Interval>>;
  readonly targets: readonly OptimumInterval[];
}

/** Fewer refits than this do not estimate a tail. */
export const FEWEST_REFITS = 20;

/**
 * Percentile intervals from bootstrap fits. `freedom` widens them as Student's t widens the normal, for residuals that are
 * smaller than the errors because the law was fitted to them: the expanded percentiles of Hesterberg (2015).
 *
 * @returns undefined when fewer than twenty refits were identified.
 */
export function refitIntervals(
  fits: readonly Fit[],
  targets: readonly number[],
  level: number,
  freedom?: { readonly runs: number; readonly parameters: number },
): Intervals | undefined {
  if (fits.length < FEWEST_REFITS) return undefined;
  const of = (pick: (fit: Fit) => number | undefined) => refitInterval(fits, level, pick, freedom);
  const parameters: Record<string, Interval> = {};
  const names = new Set(fits.flatMap((fit) => Object.keys(fit.parameters)));
  for (const name of names)
    set(
      parameters,
      name,
      of((fit) => fit.parameters[name]),
    );
  for (const name of ["a", "b"] as const)
    set(
      parameters,
      name,
      of((fit) => fit.exponents?.[name]),
    );
  return {
    level,
    draws: fits.length,
    parameters,
    targets: targets.flatMap((C) => {
      const optima = new Map(fits.map((fit) => [fit, fit.optimum(C)]));
      const at = (key: "N" | "D" | "loss") => of((fit) => optima.get(fit)?.[key]);
      const [N, D, loss] = [at("N"), at("D"), at("loss")];
      return N && D ? [{ C, N, D, ...(loss && { loss }) }] : [];
    }),
  };
}

/** The percentile interval of one number of bootstrap fits, as `refitIntervals` makes it; undefined where too few have it. */
export function refitInterval(
  fits: readonly Fit[],
  level: number,
  pick: (fit: Fit) => number | undefined,
  freedom?: { readonly runs: number; readonly parameters: number },
): Interval | undefined {
  const values = fits.flatMap((fit) => pick(fit) ?? []).filter(Number.isFinite);
  if (values.length < FEWEST_REFITS) return undefined;
  const tail = freedom ? expandedTail(level, freedom.runs, freedom.parameters) : (1 - level) / 2;
  return [quantile(values, tail), quantile(values, 1 - tail)];
}

/** The tail probability whose normal quantile is Student's, inflated for the degrees of freedom the fit used up. */
function expandedTail(level: number, runs: number, parameters: number): number {
  const left = Math.max(1, runs - parameters);
  return normalCdf(-Math.sqrt(runs / left) * studentQuantile((1 + level) / 2, left));
}

function set(parameters: Record<string, Interval>, name: string, interval: Interval | undefined): void {
  if (interval) parameters[name] = interval;
}
