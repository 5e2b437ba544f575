import { solveCholesky } from "./matrix.ts";

/** A function of a few variables with its second-order expansion. */
export interface Problem {
  readonly size: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** A value this small is zero to rounding: what residuals of a few units in the last place would sum to. */
  readonly floor?: number;
  value(x: Float64Array): number;
  /**
   * The value at x; fills the gradient, the Hessian, and a positive semi-definite metric that approximates it
   * far from the minimum (both size × size by rows; the lower triangle is enough).
   */
  expand(x: Float64Array, gradient: Float64Array, hessian: Float64Array, metric: Float64Array): number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  /**
   * What a quadratic model of the last step still promised to gain, relative to the value (or to its floor, for a law
   * that fits exactly). Below 1e-12 the gradient is zero to rounding.
   */
  readonly decrement: number;
  readonly converged: boolean;
  readonly iterations: number;
}

export interface DescentOptions {
  readonly iterations?: number;
  /** A minimum found before: a descent that comes this close to it ends there, instead of finding it again. */
  readonly known?: Minimum | undefined;
}

const ENOUGH = 1e-22;
const ROUNDING = 1e-14;
const CONVERGED = 1e-12;

/**
 * Minimizes by Newton's method, damped as Levenberg and Marquardt do along the problem's own metric, inside bounds: a
 * step that would cross a bound ends on it, and the other variables are solved for anew. It stops on the gradient, never
 * on the change of the value, because objectives here are small numbers (docs/fitters.md, "The search").
 */
export function minimizeNewton(
  problem: Problem,
  start: Float64Array,
  { iterations = 200, known }: DescentOptions = {},
): Minimum {
  const { size, lower, upper } = problem;
  let [here, ahead] = workspacesOf(problem);
  let x: Float64Array = start.map((value, i) => Math.min(Math.max(value, lower[i]!), upper[i]!));
  let trial = new Float64Array(size) as Float64Array;
  let value = problem.expand(x, here.gradient, here.hessian, here.metric);
  let damping = 1e-2;
  let decrement = Number.POSITIVE_INFINITY;
  let stalled = 0;
  let iteration = 0;
  while (iteration < iterations && Number.isFinite(value)) {
    let accepted = false;
    for (let attempt = 0; attempt < 60 && damping < 1e14; attempt++) {
      if (!here.solve(x, lower, upper, damping)) {
        damping = Math.max(damping * 8, 1e-8);
        continue;
      }
      let promise = 0;
      for (let i = 0; i < size; i++) promise -= 0.5 * here.gradient[i]! * here.step[i]!;
      const floor = problem.floor ?? 1e-300;
      const scale = Math.max(Math.abs(value), floor / ROUNDING);
      // Two values that differ by less cannot be distinguished: residuals of √value, each off by √floor.
      const noise = Math.max(ROUNDING * scale, Math.sqrt(Math.abs(value) * floor));
      // A damped step promises less than the gradient holds; undone here, or heavy damping would pass for convergence.
      if (attempt === 0) decrement = (promise * (1 + damping)) / scale;
      if (promise === 0) break;
      for (let i = 0; i < size; i++) trial[i] = Math.min(Math.max(x[i]! + here.step[i]!, lower[i]!), upper[i]!);
      const next = problem.expand(trial, ahead.gradient, ahead.hessian, ahead.metric);
      if (next < value || (promise < noise && next <= value + noise)) {
        const gain = (value - next) / promise;
        damping = gain > 0.7 ? Math.max(damping / 10, 1e-12) : gain < 0.25 ? damping * 4 : damping;
        stalled = decrement < ROUNDING && next >= value ? stalled + 1 : 0;
        value = next;
        accepted = true;
        break;
      }
      damping = Math.max(damping * 6, 1e-8);
    }
    if (!accepted) break;
    iteration++;
    [x, trial] = [trial, x];
    [here, ahead] = [ahead, here];
    if (decrement < ENOUGH || stalled > 2) break;
    if (known && meets(known, x, value)) return known;
  }
  return { x, value, decrement, converged: decrement < CONVERGED, iterations: iteration };
}

/** Descents of one problem follow each other and share their arrays. */
const workspaces = new WeakMap<Problem, readonly [Workspace, Workspace]>();

function workspacesOf(problem: Problem): readonly [Workspace, Workspace] {
  let pair = workspaces.get(problem);
  if (!pair) {
    pair = [new Workspace(problem.size), new Workspace(problem.size)];
    workspaces.set(problem, pair);
  }
  return pair;
}

/** Whether a point lies in the bowl of a minimum: its value within a thousandth, every variable within a hundredth. */
function meets(known: Minimum, x: Float64Array, value: number): boolean {
  if (!(value >= known.value && value < known.value * (1 + 1e-3))) return false;
  return x.every((xi, i) => Math.abs(xi - known.x[i]!) < 1e-2 * (0.1 + Math.abs(known.x[i]!)));
}

/** The arrays of a descent, and the damped Newton step in them. */
class Workspace {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly metric: Float64Array;
  readonly step: Float64Array;
  readonly #matrix: Float64Array;
  readonly #right: Float64Array;
  readonly #free: Int32Array;

  constructor(size: number) {
    this.gradient = new Float64Array(size);
    this.hessian = new Float64Array(size * size);
    this.metric = new Float64Array(size * size);
    this.step = new Float64Array(size);
    this.#matrix = new Float64Array(size * size);
    this.#right = new Float64Array(size);
    this.#free = new Int32Array(size);
  }

  /**
   * Fills `step`: (H + damping·M)·step = −gradient for what is free, the way to the bound for what ends there. Where H bends
   * down, M stands for it, as in Gauss and Newton's method: so much damping that H would do makes hundreds of tiny steps.
   */
  solve(x: Float64Array, lower: Float64Array, upper: Float64Array, damping: number): boolean {
    const { gradient, step } = this;
    const size = step.length;
    const free = this.#free;
    let count = 0;
    for (let i = 0; i < size; i++) {
      step[i] = 0;
      const held =
        lower[i] === upper[i] || (x[i]! <= lower[i]! && gradient[i]! > 0) || (x[i]! >= upper[i]! && gradient[i]! < 0);
      if (!held) free[count++] = i;
    }
    while (count > 0) {
      if (!this.#solveFree(count, this.hessian, damping) && !this.#solveFree(count, this.metric, damping)) return false;
      const before = count;
      for (let k = count - 1; k >= 0; k--) {
        const i = free[k]!;
        const to = x[i]! + this.#right[k]!;
        step[i] = this.#right[k]!;
        if (to >= lower[i]! && to <= upper[i]!) continue;
        step[i] = (to < lower[i]! ? lower[i]! : upper[i]!) - x[i]!;
        count--;
        for (let m = k; m < count; m++) {
          free[m] = free[m + 1]!;
          this.#right[m] = this.#right[m + 1]!;
        }
      }
      if (count === before) return true;
    }
    return true;
  }

  /** Solves for the first `count` free variables, the steps of all others given. */
  #solveFree(count: number, hessian: Float64Array, damping: number): boolean {
    const { gradient, metric, step } = this;
    const size = step.length;
    const free = this.#free;
    const [A, b] = [this.#matrix, this.#right];
    for (let k = 0; k < count; k++) step[free[k]!] = 0;
    for (let k = 0; k < count; k++) {
      const i = free[k]!;
      let right = -gradient[i]!;
      for (let j = 0; j < size; j++) {
        if (step[j] === 0) continue;
        const at = i > j ? i * size + j : j * size + i;
        right -= (hessian[at]! + damping * metric[at]!) * step[j]!;
      }
      b[k] = right;
      for (let m = 0; m <= k; m++) {
        const at = i * size + free[m]!;
        A[k * count + m] = hessian[at]! + damping * metric[at]!;
      }
      A[k * count + k]! += 1e-12 * damping * metric[i * size + i]! + 1e-300;
    }
    return solveCholesky(A, b, count);
  }
}
