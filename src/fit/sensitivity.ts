import type { RunPoint } from "../task/run-point.ts";
import { type FitOptions, isUsable } from "./fitter.ts";
import { fitParametric } from "./methods/parametric.ts";
import { DELTA, type ObjectiveName } from "./objective.ts";

/** The exponent a under one objective. */
export interface ExponentByObjective {
  readonly objective: ObjectiveName;
  /** Huber's turning point; absent for squares, whose delta is infinite. */
  readonly delta?: number;
  /** Over all runs; absent where that fit is not identified. */
  readonly a?: number;
  /** Over the runs that are not outliers; absent where there are none, or that fit is not identified. */
  readonly withoutOutliers?: number;
}

/** How the exponent a of N ∝ C^a depends on choices that the runs do not make. */
export interface Sensitivity<Point extends RunPoint = RunPoint> {
  readonly exponents: readonly ExponentByObjective[];
  /** Runs whose residual is out of proportion, the farthest first, with ln(predicted/observed). */
  readonly outliers: readonly { readonly run: Point; readonly residual: number }[];
}

/** What is minimized in turn: the four sums, and the Huber sum of log losses from nearly absolute to nearly square. */
const CHOICES: readonly { readonly objective: ObjectiveName; readonly delta?: number }[] = [
  { objective: "log-huber", delta: 1e-4 },
  { objective: "log-huber", delta: DELTA },
  { objective: "log-huber", delta: 1e-2 },
  { objective: "log-square" },
  { objective: "raw-huber", delta: DELTA },
  { objective: "raw-square" },
];

/** Residuals beyond this many standard deviations (estimated from their median size) are outliers. */
export const OUTLYING = 5;
/** The standard deviation of normal errors over their median size. */
const PER_MEDIAN = 1.4826;

/**
 * Refits the law of approach 3 under other objectives, and without outliers: at most twelve fits. Outliers are judged
 * by the `log-huber` fit, which they move least. Fixed values and priors of `options` stay.
 */
export function exponentSensitivity<Point extends RunPoint>(
  runs: readonly Point[],
  { fixed, priors }: FitOptions = {},
): Sensitivity<Point> {
  const known = { ...(fixed && { fixed }), ...(priors && { priors }) };
  const outliers = outliersOf(runs, known);
  const outlying = new Set(outliers.map(({ run }) => run));
  const rest = runs.filter((run) => !outlying.has(run));
  const exponents = CHOICES.map((choice) => {
    const a = exponentOf(runs, { ...known, ...choice });
    const withoutOutliers = outliers.length > 0 ? exponentOf(rest, { ...known, ...choice }) : undefined;
    return { ...choice, ...(a !== undefined && { a }), ...(withoutOutliers !== undefined && { withoutOutliers }) };
  });
  return { exponents, outliers };
}

function exponentOf(runs: readonly RunPoint[], options: FitOptions): number | undefined {
  const fit = fitParametric(runs, options);
  return isUsable(fit) ? fit.exponents?.a : undefined;
}

function outliersOf<Point extends RunPoint>(
  runs: readonly Point[],
  options: FitOptions,
): Sensitivity<Point>["outliers"] {
  const fit = fitParametric(runs, options);
  const { loss } = fit;
  if (!isUsable(fit) || !loss) return [];
  const residuals = runs.map((run) => ({ run, residual: Math.log(loss(run.N, run.D) / run.loss) }));
  const sizes = residuals.map(({ residual }) => Math.abs(residual)).toSorted((a, b) => a - b);
  const deviation = PER_MEDIAN * sizes[Math.floor(sizes.length / 2)]!;
  // Where a law fits to rounding there are no outliers, only digits.
  const limit = Math.max(OUTLYING * deviation, 1e-6);
  return residuals
    .filter(({ residual }) => Math.abs(residual) > limit)
    .toSorted((a, b) => Math.abs(b.residual) - Math.abs(a.residual));
}
