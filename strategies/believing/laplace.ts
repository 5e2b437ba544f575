import { solveCholesky } from "../../src/fit/kernels/matrix.ts";
import { type Rng, standardNormal } from "../../src/task/random.ts";

/** The prior of a law's variables: independent normals. */
export interface NormalPrior {
  readonly mean: readonly number[];
  readonly sd: readonly number[];
}

/** Observed losses with their standard deviations, in nats, and a law's predictions of them. */
export interface Observations {
  readonly observed: Float64Array;
  readonly sd: Float64Array;
  readonly predict: (x: Float64Array) => Float64Array;
  /** Columns of the last variables, which `predict` does not know: they add to the predictions linearly. */
  readonly linear?: readonly Float64Array[];
}

/** The normal approximation of a posterior, at its mode. */
export interface Posterior {
  readonly mode: Float64Array;
  /** Size × size, row by row. */
  readonly covariance: Float64Array;
  readonly logEvidence: number;
  /** ln prior + ln likelihood, up to a constant. */
  readonly logDensity: (x: Float64Array) => number;
  /** Of every variable, the derivative of the predictions at the mode. */
  readonly columns: readonly Float64Array[];
  /** Observed less predicted losses at the mode, and the standard deviations that the fit gave them. */
  readonly residuals: Float64Array;
  readonly sd: Float64Array;
}

const ROUNDS = 30;
/** The search ends after a step that gains less ln density than this. */
const ENOUGH = 1e-3;
const DIFFERENCE = 1e-4;
/** Fits after the first, in which outliers count less. */
const REFITS = 2;

/**
 * Laplace's approximation by Levenberg and Marquardt's method, by default from the prior's mean; undefined where no
 * finite mode is found.
 */
export function laplace(
  { mean, sd }: NormalPrior,
  evidence: Observations,
  start: ArrayLike<number> = mean,
): Posterior | undefined {
  const size = mean.length;
  const logDensity = (x: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum -= 0.5 * square((x[i]! - mean[i]!) / sd[i]!);
    const predicted = predictionsOf(evidence, x);
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
  const factor = here.curvature.slice();
  if (!solveCholesky(factor, new Float64Array(size), size) || !Number.isFinite(density)) return undefined;
  const covariance = inverseOf(factor, size);
  // ln of the integral: the density at the mode, the posterior's volume over the prior's, and the scale of the noise.
  let logEvidence = density;
  for (let i = 0; i < size; i++) logEvidence -= Math.log(factor[i * size + i]! * sd[i]!);
  for (const value of evidence.sd) logEvidence -= Math.log(value);
  const { columns, residuals } = here;
  return { mode, covariance, logEvidence, logDensity, columns, residuals, sd: evidence.sd };
}

/**
 * The approximation where runs may be outliers. A run whose residual exceeds `limit` standard deviations gets a larger
 * standard deviation, as in Huber's loss, and the fit is repeated, twice at most.
 */
export function robustLaplace(
  prior: NormalPrior,
  evidence: Observations,
  limit: number,
  start?: ArrayLike<number>,
): Posterior | undefined {
  const { observed, sd } = evidence;
  let posterior = laplace(prior, evidence, start);
  for (let round = 0; round < REFITS && posterior; round++) {
    const residuals = posterior.residuals.map(Math.abs);
    if (!residuals.some((value, i) => value > limit * sd[i]!)) break;
    const widened = sd.map((value, i) => Math.sqrt(value * Math.max(value, residuals[i]! / limit)));
    posterior = laplace(prior, { ...evidence, observed, sd: widened }, posterior.mode);
  }
  return posterior;
}

/** Draws from the approximation with importance weights, which add up to one, that correct it to the posterior. */
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

/** Draws from the approximation, and the standard normal deviates they came from. */
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

/** The gradient of a function of the variables, by central differences. */
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

/** The predictions with the linear variables' share. */
function predictionsOf({ predict, linear = [] }: Observations, x: Float64Array): Float64Array {
  const predicted = predict(x);
  const first = x.length - linear.length;
  for (const [i, column] of linear.entries()) {
    const value = x[first + i]!;
    if (value !== 0) for (let row = 0; row < predicted.length; row++) predicted[row]! += value * column[row]!;
  }
  return predicted;
}

/** Gauss and Newton's curvature of minus the ln density, and the gradient of the ln density. */
function expand(x: Float64Array, { mean, sd }: NormalPrior, evidence: Observations) {
  const { observed, sd: noise, linear = [], predict } = evidence;
  const size = x.length;
  const curvature = new Float64Array(size * size);
  const step = new Float64Array(size);
  const base = predict(x);
  const columns = Array.from({ length: size - linear.length }, (_, i) => {
    const moved = predict(shifted(x, i, DIFFERENCE));
    for (let row = 0; row < moved.length; row++) moved[row] = (moved[row]! - base[row]!) / DIFFERENCE;
    return moved;
  });
  columns.push(...linear);
  const predicted = predictionsOf(evidence, x);
  const residuals = observed.map((value, row) => value - predicted[row]!);
  const precision = noise.map((value) => 1 / square(value));
  for (let i = 0; i < size; i++) {
    const column = columns[i]!;
    curvature[i * size + i]! += 1 / square(sd[i]!);
    step[i]! -= (x[i]! - mean[i]!) / square(sd[i]!);
    for (let row = 0; row < observed.length; row++) {
      const weight = column[row]! * precision[row]!;
      if (weight === 0) continue;
      step[i]! += weight * residuals[row]!;
      // The lower triangle is all that the solver reads.
      for (let j = 0; j <= i; j++) curvature[i * size + j]! += weight * columns[j]![row]!;
    }
  }
  return { curvature, step, columns, residuals };
}

/** The inverse of a positive definite matrix from its lower factor. */
function inverseOf(factor: Float64Array, size: number): Float64Array {
  // Rows of the factor's inverse, lower triangle.
  const half = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    half[i * size + i] = 1 / factor[i * size + i]!;
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= factor[i * size + k]! * half[k * size + j]!;
      half[i * size + j] = sum / factor[i * size + i]!;
    }
  }
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < size; k++) sum += half[k * size + i]! * half[k * size + j]!;
      inverse[i * size + j] = sum;
      inverse[j * size + i] = sum;
    }
  return inverse;
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
