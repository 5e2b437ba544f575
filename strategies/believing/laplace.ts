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
  /** Fills `predicted`. */
  readonly predict: (x: Float64Array, predicted: Float64Array) => void;
  /** Fills one column for each variable that `predict` knows: derivatives of the predictions. @defaultValue differences */
  readonly differentiate?: (x: Float64Array, columns: readonly Float64Array[]) => void;
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
  /** The predictions at the mode without the linear variables' share, and their derivative by every variable. */
  readonly base: Float64Array;
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

/** An earlier posterior's predictions at its mode: near it, a fit of the same runs need not compute them again. */
type Known = Pick<Posterior, "mode" | "base" | "columns">;

/**
 * Laplace's approximation by Levenberg and Marquardt's method, by default from the prior's mean; undefined where no
 * finite mode is found. `known` must come of the same predictions.
 */
export function laplace(
  prior: NormalPrior,
  evidence: Observations,
  start: ArrayLike<number> = prior.mean,
  known?: Known,
): Posterior | undefined {
  const { mean, sd } = prior;
  const size = mean.length;
  let [mode, next] = [Float64Array.from(start), new Float64Array(size)];
  let [here, ahead] = [emptyPredictions(evidence), emptyPredictions(evidence)];
  const expansion = new Expansion(prior, evidence);
  if (known && isAt(known, mode, evidence)) {
    here.base.set(known.base);
    complete(here, prior, evidence, mode);
    expansion.fill(mode, here, known.columns);
  } else {
    predictionsAt(prior, evidence, mode, here);
    expansion.fill(mode, here);
  }
  let density = here.density;
  let damping = 1e-3;
  const curvature = new Float64Array(size * size);
  const step = new Float64Array(size);
  for (let round = 0; round < ROUNDS && damping < 1e6; round++) {
    curvature.set(expansion.curvature);
    step.set(expansion.step);
    for (let i = 0; i < size; i++) curvature[i * size + i]! *= 1 + damping;
    if (!solveCholesky(curvature, step, size)) return undefined;
    for (let i = 0; i < size; i++) next[i] = mode[i]! + step[i]!;
    predictionsAt(prior, evidence, next, ahead);
    if (!(ahead.density > density)) {
      damping *= 8;
      continue;
    }
    const gained = ahead.density - density;
    [mode, next, here, ahead] = [next, mode, ahead, here];
    density = here.density;
    damping /= 8;
    expansion.fill(mode, here);
    if (gained < ENOUGH) break;
  }
  const factor = expansion.curvature;
  if (!solveCholesky(factor, step.fill(0), size) || !Number.isFinite(density)) return undefined;
  const covariance = inverseOf(factor, size);
  // ln of the integral: the density at the mode, the posterior's volume over the prior's, and the scale of the noise.
  let logEvidence = density;
  for (let i = 0; i < size; i++) logEvidence -= Math.log(factor[i * size + i]! * sd[i]!);
  for (const value of evidence.sd) logEvidence -= Math.log(value);
  const { columns, residuals } = expansion;
  const logDensity = (x: Float64Array) => predictionsAt(prior, evidence, x, ahead).density;
  return { mode, covariance, logEvidence, logDensity, base: here.base, columns, residuals, sd: evidence.sd };
}

/** Whether the variables that are not linear have the values of what is known. */
function isAt({ mode }: Known, x: Float64Array, { linear = [] }: Observations): boolean {
  for (let i = 0; i < x.length - linear.length; i++) if (x[i] !== mode[i]) return false;
  return true;
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
  known?: Known,
): Posterior | undefined {
  const { observed, sd } = evidence;
  let posterior = laplace(prior, evidence, start, known);
  for (let round = 0; round < REFITS && posterior; round++) {
    const residuals = posterior.residuals.map(Math.abs);
    if (!residuals.some((value, i) => value > limit * sd[i]!)) break;
    const widened = sd.map((value, i) => Math.sqrt(value * Math.max(value, residuals[i]! / limit)));
    posterior = laplace(prior, { ...evidence, observed, sd: widened }, posterior.mode, posterior);
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
  const drawn = new Array<{ readonly x: Float64Array; readonly z: Float64Array }>(count);
  for (let draw = 0; draw < count; draw++) {
    const [x, z] = [new Float64Array(size), new Float64Array(size)];
    for (let i = 0; i < size; i++) z[i] = standardNormal(rng);
    for (let i = 0; i < size; i++) {
      let sum = mode[i]!;
      for (let j = 0; j <= i; j++) sum += factor[i * size + j]! * z[j]!;
      x[i] = sum;
    }
    drawn[draw] = { x, z };
  }
  return drawn;
}

/** The gradient of a function of the variables, by central differences. */
export function gradientAt(of: (x: Float64Array) => number, x: Float64Array): Float64Array {
  return x.map((_, i) => {
    const [up, down] = [shifted(x, i, DIFFERENCE), shifted(x, i, -DIFFERENCE)];
    return (of(up) - of(down)) / (2 * DIFFERENCE);
  });
}

/** The gradients of many functions at once, given all their values. */
export function gradientsAt(of: (x: Float64Array) => ArrayLike<number>, x: Float64Array): Float64Array[] {
  const columns = Array.from(x, (_, i) => [of(shifted(x, i, DIFFERENCE)), of(shifted(x, i, -DIFFERENCE))] as const);
  return Array.from({ length: columns[0]?.[0].length ?? 0 }, (_, row) =>
    Float64Array.from(columns, ([up, down]) => (up[row]! - down[row]!) / (2 * DIFFERENCE)),
  );
}

/** What is predicted at some variables, without and with the linear ones' share, and the ln density there. */
interface Predictions {
  readonly base: Float64Array;
  readonly whole: Float64Array;
  density: number;
}

function emptyPredictions({ observed }: Observations): Predictions {
  const count = observed.length;
  return { base: new Float64Array(count), whole: new Float64Array(count), density: Number.NEGATIVE_INFINITY };
}

function predictionsAt(prior: NormalPrior, evidence: Observations, x: Float64Array, into: Predictions): Predictions {
  evidence.predict(x, into.base);
  return complete(into, prior, evidence, x);
}

/** Fills in what follows from the predictions without the linear variables' share. */
function complete(
  into: Predictions,
  { mean, sd }: NormalPrior,
  { observed, sd: noise, linear = [] }: Observations,
  x: Float64Array,
): Predictions {
  const { base, whole } = into;
  whole.set(base);
  const first = x.length - linear.length;
  for (let i = 0; i < linear.length; i++) {
    const [value, column] = [x[first + i]!, linear[i]!];
    if (value !== 0) for (let row = 0; row < whole.length; row++) whole[row]! += value * column[row]!;
  }
  let sum = 0;
  for (let i = 0; i < mean.length; i++) sum -= 0.5 * square((x[i]! - mean[i]!) / sd[i]!);
  for (let row = 0; row < whole.length; row++) sum -= 0.5 * square((whole[row]! - observed[row]!) / noise[row]!);
  into.density = Number.isFinite(sum) ? sum : Number.NEGATIVE_INFINITY;
  return into;
}

/** Gauss and Newton's curvature of minus the ln density, and the gradient of the ln density; filled again and again. */
class Expansion {
  /** The lower triangle, which is all that the solver reads. */
  readonly curvature: Float64Array;
  readonly step: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly residuals: Float64Array;
  readonly #prior: NormalPrior;
  readonly #evidence: Observations;
  /** How many variables are not linear. */
  readonly #curved: number;
  readonly #precision: Float64Array;
  readonly #weights: Float64Array;
  readonly #moved: Float64Array;
  /** Whether the linear variables' share of the curvature, which stays the same, is there already. */
  #filled = false;

  constructor(prior: NormalPrior, evidence: Observations) {
    const { observed, sd, linear = [] } = evidence;
    const size = prior.mean.length;
    const count = observed.length;
    this.#prior = prior;
    this.#evidence = evidence;
    this.#curved = size - linear.length;
    this.#precision = sd.map((value) => 1 / square(value));
    this.#weights = new Float64Array(count);
    this.#moved = new Float64Array(size);
    this.curvature = new Float64Array(size * size);
    this.step = new Float64Array(size);
    this.columns = [...Array.from({ length: this.#curved }, () => new Float64Array(count)), ...linear];
    this.residuals = new Float64Array(count);
  }

  fill(x: Float64Array, { base, whole }: Predictions, known?: readonly Float64Array[]): void {
    const { observed, predict, differentiate } = this.#evidence;
    const { mean, sd } = this.#prior;
    const { columns, residuals, curvature, step } = this;
    const [precision, weights, moved] = [this.#precision, this.#weights, this.#moved];
    const [size, count, curved] = [x.length, observed.length, this.#curved];
    if (known) for (let i = 0; i < curved; i++) columns[i]!.set(known[i]!);
    else if (differentiate) differentiate(x, columns);
    else {
      moved.set(x);
      for (let i = 0; i < curved; i++) {
        const column = columns[i]!;
        moved[i] = x[i]! + DIFFERENCE;
        predict(moved, column);
        moved[i] = x[i]!;
        for (let row = 0; row < count; row++) column[row] = (column[row]! - base[row]!) / DIFFERENCE;
      }
    }
    for (let row = 0; row < count; row++) residuals[row] = observed[row]! - whole[row]!;
    for (let i = 0; i < size; i++) {
      const column = columns[i]!;
      const variance = square(sd[i]!);
      let sum = -(x[i]! - mean[i]!) / variance;
      for (let row = 0; row < count; row++) {
        weights[row] = column[row]! * precision[row]!;
        sum += weights[row]! * residuals[row]!;
      }
      step[i] = sum;
      const last = this.#filled && i >= curved ? curved - 1 : i;
      for (let j = 0; j <= last; j++) curvature[i * size + j] = dot(weights, columns[j]!, i === j ? 1 / variance : 0);
    }
    this.#filled = true;
  }
}

/** `sum` and the products of two vectors, added in order. */
function dot(a: Float64Array, b: Float64Array, sum: number): number {
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
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
