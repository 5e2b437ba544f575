import { solveCholesky } from "../../src/fit/kernels/matrix.ts";
import { Errors, type LinearTerms } from "./errors.ts";

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
  /** Fills in the derivatives of the predictions: predictions × variables, row by row. @defaultValue by differences */
  readonly differentiate?: (x: Float64Array, jacobian: Float64Array) => void;
  /** Further variables, which `predict` does not know. */
  readonly linear?: LinearTerms;
}

/** The normal approximation of a posterior, at its mode. */
export interface Posterior {
  /** The law's variables, then the linear ones. */
  readonly mode: Float64Array;
  /** Of the same, size × size, row by row. */
  readonly covariance: Float64Array;
  readonly logEvidence: number;
  /** ln prior + ln likelihood of the law's variables, the linear ones integrated out, up to a constant. */
  readonly logDensity: (x: Float64Array) => number;
  /** The predictions at the mode without the linear variables, and their derivatives. */
  readonly base: Float64Array;
  readonly jacobian: Float64Array;
  /** Observed less predicted losses at the mode, and the standard deviations that the fit gave them. */
  readonly residuals: Float64Array;
  readonly sd: Float64Array;
}

const ROUNDS = 30;
/** The search ends where a step gains, or one that fails promised, less ln density than this. */
const ENOUGH = 1e-3;
const DIFFERENCE = 1e-4;
/** Fits after the first, in which outliers count less. */
const REFITS = 2;

/** An earlier posterior's predictions at its mode: a fit of the same runs that starts there need not compute them again. */
type Known = Pick<Posterior, "mode" | "base" | "jacobian">;

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
  const size = prior.mean.length;
  const errors = new Errors(evidence.sd, evidence.linear);
  const density = new Density(prior, evidence, errors);
  let [here, ahead] = [density.point(), density.point()];
  for (let i = 0; i < size; i++) here.x[i] = start[i]!;
  const expansion = new Expansion(prior, evidence, errors);
  if (known && here.x.every((value, i) => value === known.mode[i])) {
    here.base.set(known.base);
    density.complete(here);
    expansion.fill(here, known.jacobian);
  } else {
    density.fill(here);
    expansion.fill(here);
  }
  const curvature = new Float64Array(size * size);
  const step = new Float64Array(size);
  let damping = 1e-3;
  for (let round = 0; round < ROUNDS && damping < 1e6; round++) {
    curvature.set(expansion.curvature);
    step.set(expansion.gradient);
    for (let i = 0; i < size; i++) curvature[i * size + i]! *= 1 + damping;
    if (!solveCholesky(curvature, step, size)) return undefined;
    for (let i = 0; i < size; i++) ahead.x[i] = here.x[i]! + step[i]!;
    density.fill(ahead);
    if (!(ahead.density > here.density)) {
      // A damped step promises less than there is to gain.
      if (0.5 * (1 + damping) * dot(step, expansion.gradient) < ENOUGH) break;
      damping *= 8;
      continue;
    }
    const gained = ahead.density - here.density;
    [here, ahead] = [ahead, here];
    damping /= 8;
    expansion.fill(here);
    if (gained < ENOUGH) break;
  }
  const factor = expansion.curvature.slice();
  if (!solveCholesky(factor, step.fill(0), size) || !Number.isFinite(here.density)) return undefined;
  // ln of the integral: the density at the mode, the posterior's volume over the prior's, and the scale of the errors.
  let logEvidence = here.density - errors.logScale;
  for (let i = 0; i < size; i++) logEvidence -= Math.log(factor[i * size + i]! * prior.sd[i]!);
  const linear = errors.linearGiven(here.white, 1);
  const { jacobian, white } = expansion;
  let covariance: Float64Array | undefined;
  return {
    mode: Float64Array.from([...here.x, ...linear]),
    get covariance() {
      covariance ??= errors.covarianceOfAll(inverseOf(factor, size), white);
      return covariance;
    },
    logEvidence,
    logDensity: (x) => {
      ahead.x.set(x);
      return density.fill(ahead);
    },
    base: here.base,
    jacobian,
    residuals: residualsOf(evidence, here.base, linear),
    sd: evidence.sd,
  };
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

/** The gradient of a function of the variables, by central differences. */
export function gradientAt(of: (x: Float64Array) => number, x: Float64Array): Float64Array {
  return x.map((_, i) => {
    const [up, down] = [shifted(x, i, DIFFERENCE), shifted(x, i, -DIFFERENCE)];
    return (of(up) - of(down)) / (2 * DIFFERENCE);
  });
}

function residualsOf({ observed, linear }: Observations, base: Float64Array, variables: Float64Array): Float64Array {
  const size = variables.length;
  return observed.map((value, row) => {
    let predicted = base[row]!;
    for (let a = 0; a < size; a++) predicted += linear!.design[row * size + a]! * variables[a]!;
    return value - predicted;
  });
}

/** Variables, what is predicted there, its whitened errors, and the ln density. */
interface Point {
  readonly x: Float64Array;
  readonly base: Float64Array;
  readonly white: Float64Array;
  density: number;
}

/** The ln density of the law's variables, the linear ones integrated out. */
class Density {
  readonly #prior: NormalPrior;
  readonly #evidence: Observations;
  readonly #errors: Errors;

  constructor(prior: NormalPrior, evidence: Observations, errors: Errors) {
    this.#prior = prior;
    this.#evidence = evidence;
    this.#errors = errors;
  }

  point(): Point {
    const count = this.#evidence.observed.length;
    return {
      x: new Float64Array(this.#prior.mean.length),
      base: new Float64Array(count),
      white: new Float64Array(count),
      density: Number.NEGATIVE_INFINITY,
    };
  }

  /** Fills in what follows from the variables. */
  fill(point: Point): number {
    this.#evidence.predict(point.x, point.base);
    return this.complete(point);
  }

  /** Fills in what follows from the variables and the predictions. */
  complete(point: Point): number {
    const { x, base, white } = point;
    const { mean, sd } = this.#prior;
    const { observed } = this.#evidence;
    for (let row = 0; row < white.length; row++) white[row] = observed[row]! - base[row]!;
    this.#errors.whiten(white, 1);
    let sum = 0;
    for (let i = 0; i < mean.length; i++) sum -= 0.5 * square((x[i]! - mean[i]!) / sd[i]!);
    for (let row = 0; row < white.length; row++) sum -= 0.5 * square(white[row]!);
    point.density = Number.isFinite(sum) ? sum : Number.NEGATIVE_INFINITY;
    return point.density;
  }
}

/** Gauss and Newton's curvature of minus the ln density, and the gradient of the ln density; filled again and again. */
class Expansion {
  /** The lower triangle, which is all that the solver reads. */
  readonly curvature: Float64Array;
  readonly gradient: Float64Array;
  readonly jacobian: Float64Array;
  readonly white: Float64Array;
  readonly #prior: NormalPrior;
  readonly #evidence: Observations;
  readonly #errors: Errors;

  constructor(prior: NormalPrior, evidence: Observations, errors: Errors) {
    const size = prior.mean.length;
    this.#prior = prior;
    this.#evidence = evidence;
    this.#errors = errors;
    this.curvature = new Float64Array(size * size);
    this.gradient = new Float64Array(size);
    this.jacobian = new Float64Array(evidence.observed.length * size);
    this.white = new Float64Array(this.jacobian.length);
  }

  fill({ x, base, white: errors }: Point, known?: Float64Array): void {
    const { differentiate } = this.#evidence;
    const { jacobian } = this;
    if (known) jacobian.set(known);
    else if (differentiate) differentiate(x, jacobian);
    else this.#difference(x, base);
    const { curvature, gradient, white } = this;
    white.set(jacobian);
    const { mean, sd } = this.#prior;
    const size = mean.length;
    this.#errors.whiten(white, size);
    curvature.fill(0);
    for (let i = 0; i < size; i++) {
      const variance = square(sd[i]!);
      gradient[i] = -(x[i]! - mean[i]!) / variance;
      curvature[i * size + i] = 1 / variance;
    }
    for (let row = 0; row < errors.length; row++) {
      const first = row * size;
      const error = errors[row]!;
      for (let i = 0; i < size; i++) {
        const slope = white[first + i]!;
        if (slope === 0) continue;
        gradient[i]! += slope * error;
        const at = i * size;
        for (let j = 0; j <= i; j++) curvature[at + j]! += slope * white[first + j]!;
      }
    }
  }

  #difference(x: Float64Array, base: Float64Array): void {
    const size = x.length;
    const [moved, column] = [x.slice(), new Float64Array(base.length)];
    for (let i = 0; i < size; i++) {
      moved[i] = x[i]! + DIFFERENCE;
      this.#evidence.predict(moved, column);
      moved[i] = x[i]!;
      for (let row = 0; row < base.length; row++)
        this.jacobian[row * size + i] = (column[row]! - base[row]!) / DIFFERENCE;
    }
  }
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

function shifted(x: Float64Array, i: number, by: number): Float64Array {
  const moved = x.slice();
  moved[i]! += by;
  return moved;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function square(x: number): number {
  return x * x;
}
