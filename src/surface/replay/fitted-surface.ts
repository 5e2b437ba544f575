import { minimizeNewton, type Problem } from "../../fit/kernels/newton.ts";
import type { TableRun } from "../../table/run-reader.ts";
import { randomStream } from "../../task/random.ts";
import type { SurfaceDocument } from "../surface.ts";
import { EFFECTS, type Fitted, type Origin, SHAPE, surfaceOf } from "./fitted-document.ts";
import { fitResidual } from "./fitted-residual.ts";

/** What a surface is fitted with: a law of N and D alone, or with the effects of learning rate and batch size. */
export interface FitOptions {
  /** Whether rates and batches vary at equal N and D, so that their effects can be seen. */
  readonly effects: boolean;
  /** Whether shapes vary at equal N. @defaultValue false */
  readonly shapes?: boolean;
  /** Whether a polynomial of what the law misses goes over it. @defaultValue true */
  readonly residual?: boolean;
}

/** A surface fitted to rows, and how far it is off rows it has not seen. */
export interface FittedSurface {
  readonly surface: SurfaceDocument;
  /** Root mean square over ten folds, in the unit of the loss. */
  readonly error: number;
  readonly rows: number;
}

/** Folds of the cross-validation. */
const FOLDS = 10;

/**
 * Law, effects and residual of a table (docs/tables-as-worlds.md), with their error on held-out rows.
 *
 * @param runs rows of one recipe, or of one grid of recipes; at least 12.
 */
export function fitSurface(runs: readonly TableRun[], options: FitOptions): FittedSurface {
  const fitted = fitRows(runs, options);
  const order = shuffled(runs.length);
  const folds = Array.from({ length: FOLDS }, (_, fold) => order.filter((_, i) => i % FOLDS === fold));
  return { surface: surfaceOf(fitted, runs), error: heldOutError(runs, folds, options, fitted), rows: runs.length };
}

/**
 * Root mean square of what is missed when each set of rows in turn is held out.
 *
 * @param folds indices of rows that are held out together.
 */
export function heldOutError(
  runs: readonly TableRun[],
  folds: readonly (readonly number[])[],
  options: FitOptions,
  start: Fitted = fitRows(runs, options),
): number {
  let [sum, count] = [0, 0];
  for (const fold of folds) {
    const held = new Set(fold);
    const rest = runs.filter((_, i) => !held.has(i));
    if (held.size === 0 || rest.length < 8) continue;
    const fitted = fitRows(rest, options, start.x);
    for (const i of fold) {
      const missed = lossIn(fitted, runs[i] as TableRun) - (runs[i] as TableRun).loss;
      sum += missed * missed;
      count++;
    }
  }
  return Math.sqrt(sum / count);
}

const SIZE = 17;
/** Beyond this residual, in standard deviations, a row counts by its absolute value: some runs went wrong. */
const ROBUST = 3;

/** Fits law and effects by robust least squares, then the residual. */
function fitRows(runs: readonly TableRun[], options: FitOptions, start?: Float64Array): Fitted {
  const origin = originOf(runs);
  let best: { x: Float64Array; value: number } | undefined;
  for (const from of start ? [start] : STARTS.map((each) => startAt(each, runs))) {
    // The first search judges rows by a generous scale, the second by what the first one missed.
    const rough = start ?? search(runs, origin, options, from, 0.05 * spreadOf(runs));
    const scale = Math.max(1e-5, 1.4826 * medianAbsolute(missedBy(rough, runs, origin)));
    const x = search(runs, origin, options, rough, ROBUST * scale);
    const value = medianAbsolute(missedBy(x, runs, origin));
    if (!best || value < best.value) best = { x, value };
  }
  const { x } = best as { x: Float64Array };
  const residual = options.residual === false ? undefined : fitResidual(runs, missedBy(x, runs, origin), options);
  return residual ? { x, origin, residual } : { x, origin };
}

function originOf(runs: readonly TableRun[]): Origin {
  const mean = (value: (run: TableRun) => number) =>
    runs.reduce((sum, run) => sum + Math.log(value(run)), 0) / runs.length;
  return {
    logN: mean(({ N }) => N),
    logD: mean(({ D }) => D),
    logRate: mean(({ learningRate = 1 }) => learningRate),
    logBatch: mean(({ batchSize = 1 }) => batchSize),
    logAspect: mean(aspectOf),
  };
}

function aspectOf({ dModel = 1, numLayers = 1 }: TableRun): number {
  return dModel / numLayers;
}

/** Where searches start: the floor as a share of the lowest loss, α, β. */
const STARTS = [
  [0.6, 0.35, 0.35],
  [0.8, 0.5, 0.35],
  [0.4, 0.25, 0.4],
] as const;

function startAt([floor, alpha, beta]: (typeof STARTS)[number], runs: readonly TableRun[]): Float64Array {
  const losses = runs.map(({ loss }) => loss).toSorted((a, b) => a - b);
  const middle = losses[losses.length >> 1] as number;
  const E = floor * (losses[0] as number);
  const half = Math.max(0.01 * middle, (middle - E) / 2);
  const law = [E, half, half, Math.log(alpha), Math.log(beta), 0];
  return Float64Array.from([...law, 0.02, 0, -0.5, 0.1, 0.35, 0.02, 0, 0, 0.5, 0.005, 0]);
}

const LOWER = [0, 0, 0, Math.log(0.02), Math.log(0.02), -1, 0, -9, -3, -3, -3, 0, -9, -3, -3, 0, -3];
const UPPER = [1e3, 1e3, 1e3, Math.log(3), Math.log(3), 1, 1, 9, 3, 3, 3, 1, 9, 3, 3, 1, 3];

const STRIDE = 6;

/** ln of N, D, rate, batch and aspect from the origin, and the loss, row by row. */
function coordinates(runs: readonly TableRun[], origin: Origin): Float64Array {
  const rows = new Float64Array(STRIDE * runs.length);
  for (const [i, run] of runs.entries()) {
    const { N, D, learningRate = 1, batchSize = 1, loss } = run;
    const { logN, logD, logRate, logBatch, logAspect } = origin;
    const logs = [Math.log(N) - logN, Math.log(D) - logD, Math.log(learningRate) - logRate];
    rows.set([...logs, Math.log(batchSize) - logBatch, Math.log(aspectOf(run)) - logAspect, loss], STRIDE * i);
  }
  return rows;
}

/** The loss at row i. What has no effect has a curvature of 0. */
function predicted(x: Float64Array, rows: Float64Array, i: number): number {
  const at = STRIDE * i;
  const n = rows[at]!;
  const d = rows[at + 1]!;
  const batch = rows[at + 3]!;
  const law = x[0]! + x[1]! * Math.exp(-Math.exp(x[3]!) * n) + x[2]! * Math.exp(-Math.exp(x[4]! + x[5]! * n) * d);
  const rateOff = rows[at + 2]! - x[7]! - x[8]! * n - x[9]! * d - x[10]! * batch;
  const batchOff = batch - x[12]! - x[13]! * n - x[14]! * d;
  const aspectOff = rows[at + 4]! - x[16]!;
  return law + x[6]! * rateOff * rateOff + x[11]! * batchOff * batchOff + x[15]! * aspectOff * aspectOff;
}

function missedBy(x: Float64Array, runs: readonly TableRun[], origin: Origin): Float64Array {
  const rows = coordinates(runs, origin);
  return Float64Array.from(runs, (_, i) => missedAt(x, rows, i));
}

function missedAt(x: Float64Array, rows: Float64Array, i: number): number {
  return predicted(x, rows, i) - rows[STRIDE * i + 5]!;
}

/** The parameters that are searched for; the others are 0. */
function freeOf({ effects, shapes = false }: FitOptions): number[] {
  return Array.from({ length: SIZE }, (_, i) => i).filter((i) => i < EFFECTS || (i < SHAPE ? effects : shapes));
}

/** Soft-L1 least squares by Newton's method with the Gauss–Newton matrix and a numeric Jacobian. */
function search(
  runs: readonly TableRun[],
  origin: Origin,
  options: FitOptions,
  start: Float64Array,
  scale: number,
): Float64Array {
  const free = freeOf(options);
  const size = free.length;
  const rows = coordinates(runs, origin);
  const count = runs.length;
  const square = scale * scale;
  const cost = (missed: number) => square * (Math.sqrt(1 + (missed * missed) / square) - 1);
  const full = new Float64Array(SIZE);
  const put = (x: Float64Array) => {
    for (let j = 0; j < size; j++) full[free[j]!] = x[j]!;
    return full;
  };
  const only = (values: ArrayLike<number>) => Float64Array.from(free, (i) => values[i]!);
  const lower = only(LOWER);
  const upper = only(UPPER);
  const problem: Problem = {
    size,
    lower,
    upper,
    floor: count * 1e-20,
    value(x) {
      put(x);
      let sum = 0;
      for (let i = 0; i < count; i++) sum += cost(missedAt(full, rows, i));
      return sum;
    },
    expand(x, gradient, hessian, metric) {
      gradient.fill(0);
      hessian.fill(0);
      metric.fill(0);
      put(x);
      const slopes = new Float64Array(size);
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const missed = missedAt(full, rows, i);
        for (let j = 0; j < size; j++) {
          const step = 1e-6 * Math.max(0.1, Math.abs(x[j]!)) * (x[j]! < upper[j]! - 1e-4 ? 1 : -1);
          full[free[j]!] = x[j]! + step;
          slopes[j] = (missedAt(full, rows, i) - missed) / step;
          full[free[j]!] = x[j]!;
        }
        const root = Math.sqrt(1 + (missed * missed) / square);
        sum += cost(missed);
        for (let j = 0; j < size; j++) {
          gradient[j] = gradient[j]! + (missed * slopes[j]!) / root;
          for (let k = 0; k <= j; k++)
            hessian[j * size + k] = hessian[j * size + k]! + (slopes[j]! * slopes[k]!) / root;
        }
      }
      for (let j = 0; j < size; j++) metric[j * size + j] = hessian[j * size + j]!;
      return sum;
    },
  };
  return put(minimizeNewton(problem, only(start), { iterations: 60 }).x).slice();
}

function lossIn({ x, origin, residual }: Fitted, run: TableRun): number {
  const law = predicted(x, coordinates([run], origin), 0);
  return residual ? law + residual.at(run) : law;
}

function medianAbsolute(values: Float64Array): number {
  const sorted = values.map(Math.abs).toSorted();
  return sorted[sorted.length >> 1] ?? 0;
}

function spreadOf(runs: readonly TableRun[]): number {
  const losses = runs.map(({ loss }) => loss).toSorted((a, b) => a - b);
  return Math.max(1e-6, losses[Math.floor(0.9 * (losses.length - 1))]! - losses[0]!);
}

/** The indices in an order that is the same every time. */
function shuffled(count: number): number[] {
  const rng = randomStream("folds");
  return Array.from({ length: count }, (_, i) => ({ i, at: rng() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ i }) => i);
}
