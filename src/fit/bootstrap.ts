import { budgetsIn } from "../table/budgets.ts";
import type { Rng } from "../task/random.ts";
import type { RunPoint } from "../task/run-point.ts";
import type { Fit, FitOptions, Fitter } from "./fitter.ts";

/**
 * What is drawn again.
 * - `runs`: runs with replacement. Assumes least: runs are exchangeable.
 * - `budgets`: whole budgets with replacement, for runs of a budget that share their errors (checkpoints, one tuning).
 * - `residuals`: the fitted losses with the fit's relative residuals dealt out anew. Keeps the design, so it suits small
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
    if (refit.status !== "not identified") fits.push(refit);
    onRefit?.();
  }
  return fits;
}

function sampler(resampling: Resampling, runs: readonly RunPoint[], fit: Fit): (rng: Rng) => RunPoint[] {
  if (resampling === "residuals") {
    const { loss } = fit;
    if (!loss) return sampler("runs", runs, fit);
    const fitted = runs.map(({ N, D }) => loss(N, D));
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
