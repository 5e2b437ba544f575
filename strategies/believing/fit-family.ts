import type { AnsweredRun } from "../../src/task/configuration.ts";
import { type Posterior, robustLaplace } from "./laplace.ts";
import { type LawFamily, logScalesOf } from "./law-families.ts";

/** Standard deviation of a loss about a law, in nats: at the largest budget, and more per factor of e below it. */
export interface Noise {
  readonly top: number;
  readonly perLog: number;
  /** FLOPs of the largest budget. */
  readonly largest: number;
}

/** A residual beyond this many standard deviations makes a run count less. */
const ROBUST_LIMIT = 2;
const TYPICAL = { top: 0.018, perLog: 0.012 };

/** The standard deviation for a run of this compute. */
export function noiseAt(flops: number, { top, perLog, largest }: Noise): number {
  const extra = perLog * Math.log(Math.max(1, largest / flops));
  return Math.sqrt(top * top + extra * extra);
}

/**
 * The posterior of a family given the runs. The fit is robust, since a model trained at the learning rate of a smaller one
 * may have diverged.
 */
export function fitFamily(family: LawFamily, runs: readonly AnsweredRun[], noise: Noise): Posterior | undefined {
  const scales = runs.map((run) => logScalesOf(run, family.tokenRule));
  const observed = Float64Array.from(runs, ({ loss }) => loss);
  const predict = (x: Float64Array) => Float64Array.from(scales, (each) => family.loss(x, each));
  const sd = Float64Array.from(runs, ({ trainFlops }) => noiseAt(trainFlops, noise));
  return robustLaplace(family.prior, { observed, sd, predict }, ROBUST_LIMIT);
}

/** The noise of runs like the course's. */
export function typicalNoise(runs: readonly AnsweredRun[]): Noise {
  return { ...TYPICAL, largest: Math.max(...runs.map(({ trainFlops }) => trainFlops)) };
}

/**
 * The noise after a regime test: the family is fitted without the largest budget and must predict it. The larger its error,
 * the more noise cheaper runs get, in proportion to the log distance of their budget from the largest.
 */
export function testedNoise(family: LawFamily, runs: readonly AnsweredRun[]): Noise {
  const noise = typicalNoise(runs);
  const below = runs.filter(({ trainFlops }) => trainFlops < noise.largest);
  const top = runs.filter(({ trainFlops }) => trainFlops === noise.largest);
  if (below.length < 4 || top.length < 2) return noise;
  const posterior = fitFamily(family, below, typicalNoise(below));
  if (!posterior) return noise;
  const errors = top.map((run) => run.loss - family.loss(posterior.mode, logScalesOf(run, family.tokenRule)));
  const misfit = Math.sqrt(errors.reduce((sum, value) => sum + value * value, 0) / errors.length);
  const step = Math.log(noise.largest / Math.max(...below.map(({ trainFlops }) => trainFlops)));
  return { ...noise, perLog: Math.max(noise.perLog, Math.min(misfit / step, 0.1)) };
}
