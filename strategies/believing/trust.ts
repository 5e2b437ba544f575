import type { AnsweredRun } from "../../src/task/configuration.ts";
import { type LawFamily, sightOf } from "./families.ts";
import { type Posterior, robustLaplace } from "./laplace.ts";

/** Standard deviation of a loss about a law, in nats: at the largest budget, and more per factor of e below it. */
export interface Noise {
  readonly top: number;
  readonly perLog: number;
  /** FLOPs of the largest budget. */
  readonly largest: number;
}

/** Standard deviations a run may be missed by before it counts less. */
const MOST = 2;
const TYPICAL = { top: 0.018, perLog: 0.012 };

/** The standard deviation for a run of this compute. */
export function noiseAt(flops: number, { top, perLog, largest }: Noise): number {
  const short = perLog * Math.log(Math.max(1, largest / flops));
  return Math.sqrt(top * top + short * short);
}

/**
 * What a family makes of the runs, robustly: a model trained at the learning rate of a smaller one may have diverged.
 */
export function fitFamily(family: LawFamily, runs: readonly AnsweredRun[], noise: Noise): Posterior | undefined {
  const sights = runs.map((run) => sightOf(run, family.account));
  const observed = Float64Array.from(runs, ({ loss }) => loss);
  const predict = (x: Float64Array) => Float64Array.from(sights, (sight) => family.loss(x, sight));
  const sd = Float64Array.from(runs, ({ trainFlops }) => noiseAt(trainFlops, noise));
  return robustLaplace(family.belief, { observed, sd, predict }, MOST);
}

/** The typical noise. */
export function typicalNoise(runs: readonly AnsweredRun[]): Noise {
  return { ...TYPICAL, largest: Math.max(...runs.map(({ trainFlops }) => trainFlops)) };
}

/**
 * The noise after a test: the family is fitted without the largest budget and must predict it. By as much as it fails,
 * cheaper runs are trusted less, in proportion to how far below they lie. The regime guard of a law.
 */
export function testedNoise(family: LawFamily, runs: readonly AnsweredRun[]): Noise {
  const noise = typicalNoise(runs);
  const below = runs.filter(({ trainFlops }) => trainFlops < noise.largest);
  const top = runs.filter(({ trainFlops }) => trainFlops === noise.largest);
  if (below.length < 4 || top.length < 2) return noise;
  const posterior = fitFamily(family, below, typicalNoise(below));
  if (!posterior) return noise;
  const missed = top.map((run) => run.loss - family.loss(posterior.mode, sightOf(run, family.account)));
  const misfit = Math.sqrt(missed.reduce((sum, value) => sum + value * value, 0) / missed.length);
  const step = Math.log(noise.largest / Math.max(...below.map(({ trainFlops }) => trainFlops)));
  return { ...noise, perLog: Math.max(noise.perLog, Math.min(misfit / step, 0.1)) };
}
