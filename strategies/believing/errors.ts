import { solveCholesky } from "../../src/fit/kernels/matrix.ts";

/** Variables that add to predictions linearly, with independent normal priors of mean zero. */
export interface LinearTerms {
  readonly sd: readonly number[];
  /** What one of each adds to each prediction: predictions × variables, row by row. */
  readonly design: Float64Array;
}

/**
 * The errors of predictions, linear variables integrated out: normal with covariance V = N + B·S·Bᵀ, of the variances N of
 * the noise, the design B, and the prior variances S.
 */
export class Errors {
  readonly #sd: Float64Array;
  readonly #linear: LinearTerms | undefined;
  /** V's lower factor, column by column. Without linear variables there is none, since `sd` is its diagonal. */
  readonly #factor: Float64Array | undefined;

  constructor(sd: Float64Array, linear: LinearTerms | undefined) {
    this.#sd = sd;
    this.#linear = linear;
    this.#factor = linear && factorOf(sd, linear);
  }

  /** ½·ln of V's determinant. */
  get logScale(): number {
    let sum = 0;
    for (let i = 0; i < this.#sd.length; i++) sum += Math.log(this.#diagonal(i));
    return sum;
  }

  /** Makes errors independent with standard deviation one, in place: predictions × `width`, row by row. */
  whiten(values: Float64Array, width: number): void {
    const [factor, count] = [this.#factor, this.#sd.length];
    for (let i = 0; i < count; i++) {
      const row = i * width;
      const scale = this.#diagonal(i);
      for (let k = row; k < row + width; k++) values[k]! /= scale;
      if (!factor) continue;
      for (let below = i + 1; below < count; below++) {
        const share = factor[i * count + below]!;
        const ahead = (below - i) * width;
        for (let k = row; k < row + width; k++) values[ahead + k]! -= share * values[k]!;
      }
    }
  }

  /** The likeliest linear variables given whitened errors, S·Bᵀ·V⁻¹·e: variables × `width`, row by row. */
  linearGiven(white: Float64Array, width: number): Float64Array {
    const [linear, factor, count] = [this.#linear, this.#factor, this.#sd.length];
    if (!linear || !factor) return new Float64Array(0);
    const { sd, design } = linear;
    const size = sd.length;
    const solved = white.slice();
    for (let i = count - 1; i >= 0; i--)
      for (let k = 0; k < width; k++) {
        let sum = solved[i * width + k]!;
        for (let j = i + 1; j < count; j++) sum -= factor[i * count + j]! * solved[j * width + k]!;
        solved[i * width + k] = sum / factor[i * count + i]!;
      }
    const given = new Float64Array(size * width);
    for (let i = 0; i < count; i++)
      for (let a = 0; a < size; a++) {
        const along = sd[a]! * sd[a]! * design[i * size + a]!;
        if (along !== 0) for (let k = 0; k < width; k++) given[a * width + k]! += along * solved[i * width + k]!;
      }
    return given;
  }

  /**
   * The covariance of all variables, the linear ones last, from that of the others and the derivatives of the predictions
   * by them, whitened.
   */
  covarianceOfAll(covariance: Float64Array, white: Float64Array): Float64Array {
    const linear = this.#linear;
    if (!linear) return covariance;
    const { sd, design } = linear;
    const size = sd.length;
    const others = Math.sqrt(covariance.length);
    const whole = others + size;
    const all = new Float64Array(whole * whole);
    for (let i = 0; i < others; i++) for (let j = 0; j < others; j++) all[i * whole + j] = covariance[i * others + j]!;
    // The linear variables follow the others, as the errors do; beside that they vary as those of known predictions.
    const follow = this.linearGiven(white, others);
    const shared = new Float64Array(size * others);
    for (let a = 0; a < size; a++)
      for (let i = 0; i < others; i++) {
        let sum = 0;
        for (let j = 0; j < others; j++) sum += follow[a * others + j]! * covariance[j * others + i]!;
        shared[a * others + i] = sum;
        all[(others + a) * whole + i] = all[i * whole + others + a] = -sum;
      }
    const known = design.slice();
    this.whiten(known, size);
    for (let a = 0; a < size; a++)
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let i = 0; i < this.#sd.length; i++) sum += known[i * size + a]! * known[i * size + b]!;
        sum *= -sd[a]! * sd[a]! * sd[b]! * sd[b]!;
        if (a === b) sum += sd[a]! * sd[a]!;
        for (let j = 0; j < others; j++) sum += shared[a * others + j]! * follow[b * others + j]!;
        all[(others + a) * whole + others + b] = all[(others + b) * whole + others + a] = sum;
      }
    return all;
  }

  #diagonal(i: number): number {
    return this.#factor ? this.#factor[i * (this.#sd.length + 1)]! : this.#sd[i]!;
  }
}

/** The lower factor of N + B·S·Bᵀ, column by column. */
function factorOf(sd: Float64Array, linear: LinearTerms): Float64Array {
  const count = sd.length;
  const size = linear.sd.length;
  const rows = linear.design.slice();
  for (let i = 0; i < count; i++) for (let a = 0; a < size; a++) rows[i * size + a]! *= linear.sd[a]!;
  const factor = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? sd[i]! * sd[i]! : 0;
      for (let a = 0; a < size; a++) sum += rows[i * size + a]! * rows[j * size + a]!;
      factor[i * count + j] = sum;
    }
  solveCholesky(factor, new Float64Array(count), count);
  for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) factor[j * count + i] = factor[i * count + j]!;
  return factor;
}
