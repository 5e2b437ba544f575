import { solveCholesky } from "./matrix.ts";

/** A function of a few variables with its second-order expansion. */
export interface Problem {
  readonly size: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  value(x: Float64Array): number;
  /**
   * The value at x; fills the gradient, the Hessian, and a positive semi-definite metric that is a fair stand-in for it
   * far from the minimum (both size × size by rows; the lower triangle is enough).
   */
  expand(x: Float64Array, gradient: Float64Array, hessian: Float64Array, metric: Float64Array): number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  /**
   * Half the squared gradient in the metric of the last step, relative to the value: how much a quadratic model still
   * promises. Below 1e-14 the gradient is zero to rounding.
   */
  readonly decrement: number;
  readonly converged: boolean;
  readonly iterations: number;
}

const ENOUGH = 1e-22;
const ROUNDING = 1e-14;

/**
 * Minimises by Newton's method, damped as Levenberg and Marquardt do along the problem's own metric, inside bounds:
 * variables on a bound that push outwards are held there. It stops on the gradient, never on the change of the value,
 * because objectives here are small numbers (docs/fitters.md, "Stopping").
 */
export function minimiseNewton(problem: Problem, start: Float64Array, iterations = 200): Minimum {
  const { size, lower, upper } = problem;
  let x = clamped(start, lower, upper);
  let trial = new Float64Array(size);
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const metric = new Float64Array(size * size);
  const work = new Float64Array(size * size);
  const step = new Float64Array(size);
  const free = new Int32Array(size);
  let value = problem.expand(x, gradient, hessian, metric);
  let damping = 1e-2;
  let decrement = Number.POSITIVE_INFINITY;
  let stalled = 0;
  let iteration = 0;
  for (; iteration < iterations && Number.isFinite(value); iteration++) {
    const count = freeVariables(x, gradient, lower, upper, free);
    if (count === 0) {
      decrement = 0;
      break;
    }
    let accepted = false;
    for (let attempt = 0; attempt < 60 && !accepted; attempt++) {
      for (let i = 0; i < count; i++) {
        const fi = free[i]!;
        step[i] = -gradient[fi]!;
        for (let j = 0; j <= i; j++) {
          const at = Math.max(fi, free[j]!) * size + Math.min(fi, free[j]!);
          work[i * count + j] = hessian[at]! + damping * metric[at]!;
        }
        work[i * count + i]! += damping * 1e-12 * (metric[fi * size + fi]! + 1e-300);
      }
      if (!solveCholesky(work, step, count)) {
        damping = Math.max(damping * 8, 1e-8);
        continue;
      }
      let promise = 0;
      for (let i = 0; i < count; i++) promise -= 0.5 * gradient[free[i]!]! * step[i]!;
      const scale = Math.max(Math.abs(value), 1e-300);
      if (attempt === 0) decrement = promise / scale;
      trial.set(x);
      for (let i = 0; i < count; i++)
        trial[free[i]!] = Math.min(Math.max(x[free[i]!]! + step[i]!, lower[free[i]!]!), upper[free[i]!]!);
      const next = problem.value(trial);
      const gain = (value - next) / promise;
      if (next < value || (promise < ROUNDING * scale && next <= value + ROUNDING * scale)) {
        accepted = true;
        damping = gain > 0.7 ? Math.max(damping / 10, 1e-12) : gain < 0.25 ? damping * 4 : damping;
      } else {
        damping = Math.max(damping * 6, 1e-8);
        if (damping > 1e14) break;
      }
    }
    if (!accepted) break;
    [x, trial] = [trial, x];
    const before = value;
    value = problem.expand(x, gradient, hessian, metric);
    if (decrement < ENOUGH) break;
    stalled = decrement < ROUNDING && value >= before ? stalled + 1 : 0;
    if (stalled > 2) break;
  }
  return { x, value, decrement, converged: decrement < ROUNDING, iterations: iteration };
}

function clamped(x: Float64Array, lower: Float64Array, upper: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(x, (value, i) => Math.min(Math.max(value, lower[i]!), upper[i]!));
}

/** Lists the variables that are not held by a bound; returns how many there are. */
function freeVariables(
  x: Float64Array,
  gradient: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  free: Int32Array,
): number {
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    const held =
      lower[i] === upper[i] || (x[i]! <= lower[i]! && gradient[i]! > 0) || (x[i]! >= upper[i]! && gradient[i]! < 0);
    if (!held) free[count++] = i;
  }
  return count;
}
