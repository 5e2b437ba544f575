import { invertPositive, solveCholesky } from "../../src/fit/kernels/matrix.ts";
import { type Rng, standardNormal } from "../../src/task/random.ts";

/** What is believed of a law's variables before any run: independent normals. */
export interface Belief {
  readonly mean: readonly number[];
  readonly sd: readonly number[];
}

/** Losses with their standard deviations, in nats, and what a law says of them. */
export interface Evidence {
  readonly observed: Float64Array;
  readonly sd: Float64Array;
  readonly predict: (x: Float64Array) => Float64Array;
}

/** A normal approximation at the most probable variables. */
export interface Posterior {
  readonly mode: Float64Array;
  /** Size × size, by rows. */
  readonly covariance: Float64Array;
  readonly logEvidence: number;
  /** ln prior + ln likelihood, up to a constant. */
  readonly logDensity: (x: Float64Array) => number;
}

const ROUNDS = 30;
/** A step that gains less ln density than this is the last. */
const ENOUGH = 1e-3;
const DIFFERENCE = 1e-4;
/** Fits after the first in which runs are trusted less. */
const REFITS = 2;

/** Laplace's approximation by Levenberg and Marquardt's method, from the prior's mean unless told; undefined where nothing finite is found. */
export function laplace(
  { mean, sd }: Belief,
  evidence: Evidence,
  start: ArrayLike<number> = mean,
): Posterior | undefined {
  const size = mean.length;
  const logDensity = (x: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum -= 0.5 * square((x[i]! - mean[i]!) / sd[i]!);
    const predicted = evidence.predict(x);
    for (let i = 0; i < predicted.length; i++)
      sum -= 0.5 * square((predicted[i]! - evidence.observed[i]!) / evidence.sd[i]!);
    return Number.isFinite(sum) ? sum : Number.NEGATIVE_INFINITY;
  };
  let mode = Float64Array.from(start);
  let density = logDensity(mode);
  let damping = 1e-3;
  let here = expand(mode, { mean, sd }, evidence);
  for (let round = 0; round < ROUNDS && damping < 1e6; round++) {
    const [curvature, step] = [here.curvature.slice(), here.step.slice()];
    for (let i = 0; i < size; i++) curvature[i * size + i]! *= 1 + damping;
    if (!solveCholesky(curvature, step, size)) return undefined;
    const next = mode.map((value, i) => value + step[i]!);
    const reached = logDensity(next);
    if (!(reached > density)) {
      damping *= 8;
      continue;
    }
    const gained = reached - density;
    [mode, density, damping] = [next, reached, damping / 8];
    here = expand(mode, { mean, sd }, evidence);
    if (gained < ENOUGH) break;
  }
  const covariance = invertPositive(here.curvature, size);
  if (!covariance || !Number.isFinite(density)) return undefined;
  // ln of the integral: what the density holds, the volume of the posterior over that of the prior, the noise's own scale.
  const factor = choleskyFactor(covariance, size);
  let logEvidence = density;
  for (let i = 0; i < size; i++) logEvidence += Math.log(factor[i * size + i]! / sd[i]!);
  for (const value of evidence.sd) logEvidence -= Math.log(value);
  return { mode, covariance, logEvidence, logDensity };
}

/**
 * The approximation where runs may have gone wrong: one that is missed by more than `most` standard deviations is trusted
 * less by as much, as in Huber's loss, and the fit is made again, twice at most.
 */
export function robustLaplace(
  belief: Belief,
  evidence: Evidence,
  most: number,
  start?: ArrayLike<number>,
): Posterior | undefined {
  const { observed, sd, predict } = evidence;
  let posterior = laplace(belief, evidence, start);
  for (let round = 0; round < REFITS && posterior; round++) {
    const missed = predict(posterior.mode).map((value, i) => Math.abs(value - observed[i]!));
    if (!missed.some((value, i) => value > most * sd[i]!)) break;
    const trusted = sd.map((value, i) => Math.sqrt(value * Math.max(value, missed[i]! / most)));
    posterior = laplace(belief, { observed, sd: trusted, predict }, posterior.mode);
  }
  return posterior;
}

/** Draws from the approximation, each with the weight that corrects it to the posterior; weights add up to one. */
export function particles(
  posterior: Posterior,
  count: number,
  rng: Rng,
): { readonly x: Float64Array; readonly weight: number }[] {
  const drawn = draws(posterior, count, rng).map(({ x, z }) => ({
    x,
    log: posterior.logDensity(x) + 0.5 * z.reduce((sum, value) => sum + value * value, 0),
  }));
  const highest = Math.max(...drawn.map(({ log }) => log));
  const total = drawn.reduce((sum, { log }) => sum + Math.exp(log - highest), 0);
  return drawn.map(({ x, log }) => ({ x, weight: Math.exp(log - highest) / total }));
}

/** Draws from the approximation as it is, and the standard normal deviates they came from. */
export function draws(
  { mode, covariance }: Posterior,
  count: number,
  rng: Rng,
): { readonly x: Float64Array; readonly z: Float64Array }[] {
  const size = mode.length;
  const factor = choleskyFactor(covariance, size);
  return Array.from({ length: count }, () => {
    const z = Float64Array.from({ length: size }, () => standardNormal(rng));
    const x = mode.map((value, i) => {
      let sum = value;
      for (let j = 0; j <= i; j++) sum += factor[i * size + j]! * z[j]!;
      return sum;
    });
    return { x, z };
  });
}

/** The gradient of any function of the variables, by central differences. */
export function gradientAt(of: (x: Float64Array) => number, x: Float64Array): Float64Array {
  return x.map((_, i) => {
    const [up, down] = [shifted(x, i, DIFFERENCE), shifted(x, i, -DIFFERENCE)];
    return (of(up) - of(down)) / (2 * DIFFERENCE);
  });
}

/** The gradients of many functions at once, given all their values. */
export function gradientsAt(of: (x: Float64Array) => readonly number[], x: Float64Array): Float64Array[] {
  const columns = Array.from(x, (_, i) => [of(shifted(x, i, DIFFERENCE)), of(shifted(x, i, -DIFFERENCE))] as const);
  return (columns[0]?.[0] ?? []).map((_, row) =>
    Float64Array.from(columns, ([up, down]) => (up[row]! - down[row]!) / (2 * DIFFERENCE)),
  );
}

/** Gauss and Newton's curvature of minus the ln density, and its gradient with the sign of a step uphill. */
function expand(x: Float64Array, { mean, sd }: Belief, { observed, sd: noise, predict }: Evidence) {
  const size = x.length;
  const curvature = new Float64Array(size * size);
  const step = new Float64Array(size);
  const predicted = predict(x);
  const columns = Array.from({ length: size }, (_, i) => {
    const moved = predict(shifted(x, i, DIFFERENCE));
    return moved.map((value, row) => (value - predicted[row]!) / DIFFERENCE);
  });
  for (let i = 0; i < size; i++) {
    curvature[i * size + i]! += 1 / square(sd[i]!);
    step[i]! -= (x[i]! - mean[i]!) / square(sd[i]!);
    for (let row = 0; row < observed.length; row++) {
      const weight = columns[i]![row]! / square(noise[row]!);
      step[i]! += weight * (observed[row]! - predicted[row]!);
      for (let j = 0; j < size; j++) curvature[i * size + j]! += weight * columns[j]![row]!;
    }
  }
  return { curvature, step };
}

/** The lower factor of a positive definite matrix. */
function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = matrix.slice();
  solveCholesky(factor, new Float64Array(size), size);
  return factor;
}

function shifted(x: Float64Array, i: number, by: number): Float64Array {
  const moved = x.slice();
  moved[i]! += by;
  return moved;
}

function square(x: number): number {
  return x * x;
}
