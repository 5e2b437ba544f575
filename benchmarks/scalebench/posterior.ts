import { minimizeNewton } from "../../src/fit/kernels/newton.ts";
import type { Law, Run } from "./tasks.ts";

/** A smooth discrepancy of the law, and the noise of a run, in the unit of the loss. */
export interface Deviation {
  readonly sd: number;
  /** In ln of each coordinate. */
  readonly length: number;
  readonly noise: number;
}

/** A law fitted to runs, made linear where it is likeliest, with a Gaussian process over it for what it misses. */
export interface Posterior {
  readonly x: Float64Array;
  readonly deviation: Deviation;
  /** ln of the probability of the runs' losses. */
  readonly evidence: number;
  /** Prior covariance of the losses at two places. */
  covariance(a: readonly number[], slopesOfA: Float64Array, b: readonly number[], slopesOfB: Float64Array): number;
  slopes(at: readonly number[]): Float64Array;
  /** Expected loss at places. */
  predict(places: readonly (readonly number[])[]): number[];
  /** Noise of each run: larger for runs that went wrong. */
  readonly noises: Float64Array;
}

const ROUNDS = 3;
/** Runs beyond this many standard deviations count less. */
const ROBUST = 3;

export function posteriorOf(law: Law, runs: readonly Run[], deviation: Deviation, start?: Float64Array): Posterior {
  const { parameters } = law;
  const size = parameters.length;
  const count = runs.length;
  const slopesAt = (x: Float64Array, at: readonly number[]) => {
    const slopes = new Float64Array(size);
    for (let j = 0; j < size; j++) {
      const step = 1e-4 * parameters[j]!.sd;
      const kept = x[j]!;
      x[j] = kept + step;
      const above = law.loss(x, at);
      x[j] = kept - step;
      slopes[j] = (above - law.loss(x, at)) / (2 * step);
      x[j] = kept;
    }
    return slopes;
  };
  const kernel = (a: readonly number[], b: readonly number[]) => {
    if (deviation.sd === 0) return 0;
    let square = 0;
    for (let axis = 0; axis < a.length; axis++) square += (a[axis]! - b[axis]!) * (a[axis]! - b[axis]!);
    return deviation.sd * deviation.sd * Math.exp(-square / (2 * deviation.length * deviation.length));
  };
  const noiseAt = (i: number, j: number) => (i === j ? noises[i]! * noises[i]! : 0);
  const noises = new Float64Array(count).fill(deviation.noise);
  let x: Float64Array = start?.slice() ?? Float64Array.from(parameters, ({ mean }) => mean);
  for (let round = 0; round < ROUNDS; round++) {
    const factor =
      deviation.sd > 0 ? cholesky(count, (i, j) => kernel(runs[i]!.at, runs[j]!.at) + noiseAt(i, j)) : undefined;
    const whiten = (values: Float64Array) =>
      factor ? forward(factor, values) : values.map((value, i) => value / noises[i]!);
    x = likeliest(law, runs, whiten, slopesAt, x);
    // What is left once the smooth part is taken off tells which runs went wrong.
    const missed = Float64Array.from(runs, ({ at, loss }) => loss - law.loss(x, at));
    const left = factor ? solve(factor, missed).map((weight, i) => weight * noises[i]! * noises[i]!) : missed;
    for (let i = 0; i < count; i++)
      noises[i] = deviation.noise * Math.max(1, Math.abs(left[i]!) / deviation.noise / ROBUST);
  }
  const slopes = runs.map(({ at }) => slopesAt(x, at));
  const covariance: Posterior["covariance"] = (a, slopesOfA, b, slopesOfB) => {
    let sum = kernel(a, b);
    for (let j = 0; j < size; j++) sum += slopesOfA[j]! * slopesOfB[j]! * parameters[j]!.sd * parameters[j]!.sd;
    return sum;
  };
  const whole = cholesky(count, (i, j) => covariance(runs[i]!.at, slopes[i]!, runs[j]!.at, slopes[j]!) + noiseAt(i, j));
  /** The law made linear at x, where all parameters have their prior means. */
  const priorMean = (at: readonly number[], own: Float64Array) =>
    own.reduce((sum, slope, j) => sum - slope * (x[j]! - parameters[j]!.mean), law.loss(x, at));
  const surprise = Float64Array.from(runs, ({ at, loss }, i) => loss - priorMean(at, slopes[i]!));
  const weights = solve(whole, surprise);
  let evidence = 0;
  for (let i = 0; i < count; i++) {
    // A run that went wrong has a wide noise of its own, which must not pay for itself.
    evidence -= 0.5 * surprise[i]! * weights[i]! + Math.log(whole[i * count + i]!);
    evidence += Math.log(noises[i]! / deviation.noise) * (noises[i]! > deviation.noise ? -1 : 0);
  }
  return {
    x,
    deviation,
    evidence,
    covariance,
    noises,
    slopes: (at) => slopesAt(x, at),
    predict: (places) =>
      places.map((at) => {
        const own = slopesAt(x, at);
        return runs.reduce(
          (sum, run, i) => sum + weights[i]! * covariance(at, own, run.at, slopes[i]!),
          priorMean(at, own),
        );
      }),
  };
}

/** The parameters that are likeliest given the runs and what was believed before. */
function likeliest(
  law: Law,
  runs: readonly Run[],
  whiten: (values: Float64Array) => Float64Array,
  slopesAt: (x: Float64Array, at: readonly number[]) => Float64Array,
  start: Float64Array,
): Float64Array {
  const { parameters } = law;
  const size = parameters.length;
  const missedAt = (x: Float64Array) => whiten(Float64Array.from(runs, ({ at, loss }) => law.loss(x, at) - loss));
  const off = (x: Float64Array, j: number) => (x[j]! - parameters[j]!.mean) / parameters[j]!.sd;
  const costOf = (x: Float64Array, missed: Float64Array) => {
    let sum = 0;
    for (const value of missed) sum += value * value;
    for (let j = 0; j < size; j++) sum += off(x, j) * off(x, j);
    return sum / 2;
  };
  const bound = (sign: number) => Float64Array.from(parameters, ({ mean, sd }) => mean + sign * 5 * sd);
  const { x } = minimizeNewton(
    {
      size,
      lower: bound(-1),
      upper: bound(1),
      value: (at) => costOf(at, missedAt(at)),
      expand(at, gradient, hessian, metric) {
        gradient.fill(0);
        hessian.fill(0);
        const missed = missedAt(at);
        const slopes = runs.map((run) => slopesAt(at, run.at));
        const columns = Array.from({ length: size }, (_, j) => whiten(Float64Array.from(slopes, (own) => own[j]!)));
        for (let j = 0; j < size; j++) {
          const { sd } = parameters[j]!;
          gradient[j] = dot(columns[j]!, missed) + off(at, j) / sd;
          for (let k = 0; k <= j; k++) hessian[j * size + k] = dot(columns[j]!, columns[k]!);
          hessian[j * size + j] = hessian[j * size + j]! + 1 / (sd * sd);
        }
        metric.set(hessian);
        return costOf(at, missed);
      },
    },
    start,
    { iterations: 40 },
  );
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The lower factor, by rows. */
function cholesky(size: number, entry: (i: number, j: number) => number): Float64Array {
  const L = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = entry(i, j);
      for (let k = 0; k < j; k++) sum -= L[i * size + k]! * L[j * size + k]!;
      L[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-16)) : sum / L[j * size + j]!;
    }
  return L;
}

function forward(L: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  for (let i = 0; i < size; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= L[i * size + k]! * b[k]!;
    b[i] = sum / L[i * size + i]!;
  }
  return b;
}

function solve(L: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  const y = forward(L, b.slice());
  for (let i = size - 1; i >= 0; i--) {
    let sum = y[i]!;
    for (let k = i + 1; k < size; k++) sum -= L[k * size + i]! * y[k]!;
    y[i] = sum / L[i * size + i]!;
  }
  return y;
}
