import { erf, root } from "../statistics/normal.ts";
import { huber } from "./objective.ts";

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
  const normaliser = Math.sqrt(2 * Math.PI) * erf(delta / Math.SQRT2) + (2 * Math.exp(-0.5 * delta * delta)) / delta;
  const perRun = Math.log(normaliser) + Math.log(sigma);
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
