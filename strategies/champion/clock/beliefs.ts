import { fitRuntime, type RuntimeFit } from "../../../src/fit/runtime.ts";
import type { ClockBudget } from "../../../src/task/clock.ts";
import type { Run } from "../../../src/task/configuration.ts";
import { gradientAt, type Posterior, robustLaplace } from "../../believing/index.ts";
import { PROGRESS_PRIOR, type Progress, progressLoss, progressOf } from "./progress-law.ts";

/** What follows from the jobs so far. */
export interface ClockBeliefs {
  readonly runtime: RuntimeFit;
  /** The likeliest law, then draws from its posterior. */
  readonly mode: Float64Array;
  readonly posterior: Posterior | undefined;
}

/** Standard deviation of a reported loss about the law, in ln loss, below and above this many nats. */
const NOISE = { trained: 0.017, untrained: 0.035, at: 5.5 };
/** The middle of a curve shares the noise of its end, and follows the law less closely. */
const MIDDLE = { share: 0.5, sd: 2 };
/** Residuals beyond so many standard deviations count less. */
const ROBUST = 3;

/** @param before beliefs after fewer of the same runs: the fit starts from them. */
export function believeClock(runs: readonly Run[], clock: ClockBudget, before?: ClockBeliefs): ClockBeliefs {
  const runtime = fitRuntime(runs, clock);
  const points = runs.flatMap((run) => pointsOf(run, clock));
  const observations = {
    observed: Float64Array.from(points, ({ loss }) => Math.log(loss)),
    sd: Float64Array.from(points, ({ sd }) => sd),
    predict: (x: Float64Array, predicted: Float64Array) => {
      for (let i = 0; i < points.length; i++) predicted[i] = Math.log(progressLoss(x, points[i]!.at));
    },
  };
  const posterior = robustLaplace(PROGRESS_PRIOR, observations, ROBUST, before?.mode);
  return { runtime, posterior, mode: posterior?.mode ?? Float64Array.from(PROGRESS_PRIOR.mean) };
}

/** The likeliest loss of a job, and the standard deviation of its logarithm, to first order in the law's variables. */
export function forecastLoss(
  { posterior, mode }: ClockBeliefs,
  at: Progress,
): { readonly loss: number; readonly sd: number } {
  const loss = progressLoss(mode, at);
  const size = mode.length;
  const covariance =
    posterior?.covariance ??
    Float64Array.from({ length: size * size }, (_, i) =>
      i % (size + 1) === 0 ? PROGRESS_PRIOR.sd[i % size]! * PROGRESS_PRIOR.sd[i % size]! : 0,
    );
  const gradient = gradientAt((x) => Math.log(progressLoss(x, at)), mode);
  let variance = 0;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) variance += gradient[i]! * covariance[i * size + j]! * gradient[j]!;
  return { loss, sd: Math.sqrt(Math.max(0, variance)) };
}

interface Point {
  readonly at: Progress;
  readonly loss: number;
  readonly sd: number;
}

/** The end of a run's curve, wherever it was stopped, and the middle of one that completed. */
function pointsOf({ course, tokens, ...run }: Run, { evaluations }: ClockBudget): Point[] {
  const done = course?.curve.length ?? 0;
  if (!course || tokens === undefined || done === 0) return [];
  const at = (share: number) => progressOf({ ...run, tokens }, share);
  const point = (index: number, sd: number): Point[] => {
    const loss = course.curve[index];
    if (loss === undefined || !(loss > 0)) return [];
    const noise = loss < NOISE.at ? NOISE.trained : NOISE.untrained;
    return [{ at: at((index + 1) / evaluations), loss, sd: sd * noise }];
  };
  const middle = Math.round(MIDDLE.share * evaluations) - 1;
  return [...point(done - 1, 1), ...(done === evaluations ? point(middle, MIDDLE.sd) : [])];
}
