import { solveCholesky } from "./matrix.ts";

export interface LevenbergMarquardtOptions {
  readonly iterations: number;
  /** Ends when a step lowers the sum of squares by less than this share of it. @defaultValue 1e-7 */
  readonly tolerance?: number;
}

/**
 * A local minimum of a sum of squares, by Levenberg's and Marquardt's method with differences for derivatives.
 *
 * @param residuals must return a new array each time; one that is not finite counts as very bad.
 */
export function levenbergMarquardt(
  residuals: (x: Float64Array) => Float64Array,
  start: Float64Array,
  { iterations, tolerance = 1e-7 }: LevenbergMarquardtOptions,
): { readonly x: Float64Array; readonly sum: number } {
  const size = start.length;
  let x = start.slice();
  let r = residuals(x);
  let sum = squares(r);
  let damping = 1e-3;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const columns = Array.from(x, (value, j) => {
      const step = 1e-5 * Math.max(0.1, Math.abs(value));
      const moved = x.slice();
      moved[j] = value + step;
      return residuals(moved).map((its, i) => (its - r[i]!) / step);
    });
    const normal = new Float64Array(size * size);
    const gradient = new Float64Array(size);
    for (let j = 0; j < size; j++) {
      gradient[j] = -dot(columns[j]!, r);
      for (let k = 0; k <= j; k++) normal[j * size + k] = dot(columns[j]!, columns[k]!);
    }
    let fell = 0;
    for (; damping < 1e10; damping *= 4) {
      const damped = normal.slice();
      for (let j = 0; j < size; j++) damped[j * size + j]! += damping * (normal[j * size + j]! + 1e-12);
      const step = gradient.slice();
      if (!solveCholesky(damped, step, size)) continue;
      const candidate = x.map((value, j) => value + step[j]!);
      const its = residuals(candidate);
      const lower = squares(its);
      if (!(lower < sum)) continue;
      fell = sum - lower;
      [x, r, sum] = [candidate, its, lower];
      damping = Math.max(1e-9, damping / 8);
      break;
    }
    if (fell <= tolerance * sum) break;
  }
  return { x, sum };
}

function squares(r: Float64Array): number {
  const sum = dot(r, r);
  return Number.isFinite(sum) ? sum : Infinity;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
