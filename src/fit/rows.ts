import { sameBudget } from "../table/budgets.ts";
import type { RunPoint } from "../task/run-point.ts";

/** Runs as columns of numbers, in an order that does not depend on the table's. */
export interface Rows {
  readonly n: number;
  readonly logN: Float64Array;
  readonly logD: Float64Array;
  readonly logC: Float64Array;
  /** ln of the unique tokens; NaN where a table has none. */
  readonly logU: Float64Array;
  readonly loss: Float64Array;
  readonly logLoss: Float64Array;
  readonly weight: Float64Array;
}

/** Beyond this, squares overflow. */
const LARGEST = 1e150;

/** The columns of runs whose numbers a law can be fitted to; otherwise a sentence that says why there are none. */
export function rowsOf(runs: readonly RunPoint[]): Rows | string {
  for (const { N, D, C, loss, weight = 1 } of runs) {
    if (isUsable(N) && isUsable(D) && isUsable(C) && isUsable(loss) && isUsable(weight)) continue;
    const bad = Object.entries({ N, D, C, loss, weight }).find(([, value]) => !isUsable(value));
    if (bad && Number.isNaN(N)) return "the table has no N and D: only laws of C can be fitted";
    if (bad) return `${bad[0]} must be positive and below ${LARGEST}, got ${bad[1]}`;
  }
  const sorted = runs.toSorted(
    (a, b) => a.C - b.C || a.N - b.N || a.D - b.D || a.loss - b.loss || (a.weight ?? 1) - (b.weight ?? 1),
  );
  const column = (of: (run: RunPoint) => number) => Float64Array.from(sorted, of);
  return {
    n: sorted.length,
    logN: column(({ N }) => Math.log(N)),
    logD: column(({ D }) => Math.log(D)),
    logC: column(({ C }) => Math.log(C)),
    logU: column(({ uniqueTokens = Number.NaN }) => Math.log(uniqueTokens)),
    loss: column(({ loss }) => loss),
    logLoss: column(({ loss }) => Math.log(loss)),
    weight: column(({ weight = 1 }) => weight),
  };
}

function isUsable(value: number): boolean {
  return value > 0 && value < LARGEST;
}

/** About so many rows, evenly spaced through the order of the rows. */
export function sampleRows(rows: Rows, count: number): Rows {
  const stride = Math.max(1, Math.floor(rows.n / count));
  const thin = (column: Float64Array) => column.filter((_, i) => i % stride === 0);
  const logN = thin(rows.logN);
  return {
    n: logN.length,
    logN,
    logD: thin(rows.logD),
    logC: thin(rows.logC),
    logU: thin(rows.logU),
    loss: thin(rows.loss),
    logLoss: thin(rows.logLoss),
    weight: thin(rows.weight),
  };
}

/** A sentence where all runs are of one budget: a law may fit them, but nothing tests how it extrapolates to others. */
export function oneBudget({ n, logC }: Rows): string[] {
  return n > 0 && sameBudget(Math.exp(logC[0]!), Math.exp(logC[n - 1]!))
    ? ["all runs are of one budget: nothing tests the law at other budgets"]
    : [];
}

/** The weighted mean of a column. */
export function mean(values: Float64Array, weight: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += weight[i]! * values[i]!;
    total += weight[i]!;
  }
  return sum / total;
}

/** The weighted root mean square. */
export function weightedRms(residuals: Float64Array, weight: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < residuals.length; i++) {
    sum += weight[i]! * residuals[i]! * residuals[i]!;
    total += weight[i]!;
  }
  return Math.sqrt(sum / total);
}

/** How many runs differ in N or D. */
export function distinctRuns(rows: Rows): number {
  const sizes = new Map<number, Set<number>>();
  for (let i = 0; i < rows.n; i++) {
    const tokens = sizes.get(rows.logN[i]!);
    if (tokens) tokens.add(rows.logD[i]!);
    else sizes.set(rows.logN[i]!, new Set([rows.logD[i]!]));
  }
  let count = 0;
  for (const tokens of sizes.values()) count += tokens.size;
  return count;
}

/** Σ weight. */
export function totalWeight(rows: Rows): number {
  return rows.weight.reduce((sum, weight) => sum + weight, 0);
}
