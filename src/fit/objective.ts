import { erf, root } from "../statistics/distributions.ts";
import type { Problem } from "./kernels/newton.ts";

/**
 * What a law of the loss can minimize (docs/fitters.md, "Objectives"): sums over runs, squares halved; `log` compares
 * logarithms of losses, `raw` losses. `asymmetric-huber` compares losses, and a law above its run weighs ten times: runs
 * that were tuned too little lie above the law. `huber-likelihood` is minus a Huber log-likelihood of log losses whose
 * scale is fitted with the law.
 */
export const OBJECTIVES = [
  "log-huber",
  "log-square",
  "raw-huber",
  "raw-square",
  "asymmetric-huber",
  "huber-likelihood",
] as const;
/** The name of an objective. */
export type ObjectiveName = (typeof OBJECTIVES)[number];

/** Where the Huber loss turns from square to absolute by default (Hoffmann et al. 2022). */
export const DELTA = 1e-3;

/** A sum of rho(residual) over runs. */
export interface Objective {
  /** Residuals of logarithms rather than of losses. */
  readonly log: boolean;
  /** Residuals beyond this count linearly; infinite for squares. */
  readonly delta: number;
  /** How much more a law above its run weighs than one below; 1 when absent. */
  readonly above?: number;
}

/** What a law above its run weighs in `asymmetric-huber`, as kyo-takano's fits have it. */
const ABOVE = 10;

/** The sum for a name; the likelihood's sum is that of `log-huber` with its own delta. */
export function objectiveOf(name: ObjectiveName, delta: number = DELTA): Objective {
  if (name === "asymmetric-huber") return { log: false, delta, above: ABOVE };
  return { log: !name.startsWith("raw"), delta: name.endsWith("square") ? Number.POSITIVE_INFINITY : delta };
}

/** Huber's loss: r²/2 up to delta, delta·(|r| − delta/2) beyond. */
export function huber(residual: number, delta: number): number {
  const size = Math.abs(residual);
  return size <= delta ? 0.5 * residual * residual : delta * (size - 0.5 * delta);
}

/** The sum over runs that rounding alone leaves: residuals of a few units in the last place. */
export function roundingFloor({ log }: Objective, loss: Float64Array, weight: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < loss.length; i++) sum += weight[i]! * (log ? 1 : loss[i]! * loss[i]!);
  return 1e-30 * sum;
}

/** A square that pulls a linear combination of variables toward a value: (direction·x − value)² · strength / 2. */
export interface Penalty {
  readonly direction: Float64Array;
  readonly value: number;
  readonly strength: number;
}

/** The problem with penalties added; the problem itself when there are none. */
export function withPenalties(problem: Problem, penalties: readonly Penalty[]): Problem {
  if (penalties.length === 0) return problem;
  const { size, lower, upper, floor = 0 } = problem;
  const off = ({ direction, value }: Penalty, x: Float64Array) => {
    let sum = -value;
    for (let i = 0; i < direction.length; i++) sum += direction[i]! * x[i]!;
    return sum;
  };
  const extra = (x: Float64Array) => {
    let sum = 0;
    for (const one of penalties) {
      const distance = off(one, x);
      sum += 0.5 * one.strength * distance * distance;
    }
    return sum;
  };
  return {
    size,
    lower,
    upper,
    floor,
    value: (x) => problem.value(x) + extra(x),
    expand(x, gradient, hessian, metric) {
      const value = problem.expand(x, gradient, hessian, metric);
      for (const one of penalties) {
        const { direction, strength } = one;
        const pull = strength * off(one, x);
        for (let i = 0; i < size; i++) {
          if (direction[i] === 0) continue;
          gradient[i]! += pull * direction[i]!;
          for (let j = 0; j <= i; j++) {
            const second = strength * direction[i]! * direction[j]!;
            hessian[i * size + j]! += second;
            metric[i * size + j]! += second;
          }
        }
      }
      return value + extra(x);
    },
  };
}

/**
 * Minus the log-likelihood of residuals under the density proportional to exp(−huber(r/sigma)), as Besiroglu et al.
 * (2024) fit Chinchilla's points. `delta` is in units of sigma.
 */
export function negativeLogLikelihood(
  residuals: Float64Array,
  weight: Float64Array,
  delta: number,
  sigma: number,
): number {
  const normalizer = Math.sqrt(2 * Math.PI) * erf(delta / Math.SQRT2) + (2 * Math.exp(-0.5 * delta * delta)) / delta;
  const perRun = Math.log(normalizer) + Math.log(sigma);
  let sum = 0;
  for (let i = 0; i < residuals.length; i++) sum += weight[i]! * (huber(residuals[i]! / sigma, delta) + perRun);
  return sum;
}

/** The scale at which the likelihood of these residuals is highest: where Σ psi(r/sigma)·r/sigma is the number of runs. */
export function likelihoodScale(residuals: Float64Array, weight: Float64Array, delta: number): number {
  let total = 0;
  for (const w of weight) total += w;
  const excess = (logSigma: number) => {
    const sigma = Math.exp(logSigma);
    let sum = 0;
    for (let i = 0; i < residuals.length; i++) {
      const z = Math.abs(residuals[i]!) / sigma;
      sum += weight[i]! * Math.min(z, delta) * z;
    }
    return total - sum;
  };
  return Math.exp(root(excess, -60, 10));
}
