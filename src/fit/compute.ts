import type { RunPoint } from "../task/run-point.ts";
import { leastSquares } from "./kernels/least-squares.ts";

/**
 * What runs cost in a table's own accounting: C = k·N^n·D^d FLOPs. Most tables count C = 6ND (k = 6, n = d = 1); others
 * count attention, embeddings or more passes, and then C/(ND) is another constant or has a trend.
 */
export interface Compute {
  readonly k: number;
  readonly n: number;
  readonly d: number;
  /** FLOPs of a run. */
  flops(N: number, D: number): number;
  /** Tokens that C FLOPs buy at a size. */
  tokens(C: number, N: number): number;
  /** The accounting as a sentence where it is not C = 6ND. */
  readonly note?: string;
  /** Why the cost of a run cannot be predicted. */
  readonly fault?: string;
}

/** Tables whose C/(ND) differs by less than this are one constant, and within this of 6 it is 6. */
const SAME = 0.01;
/** A root mean square of ln C/(ND) about its constant or trend beyond which nothing is predicted. */
const SCATTER = 0.15;
/** A trend must leave less than this share of the scatter about a constant. */
const WORTH = 0.5;

/** C = 6ND. */
export const SIX_ND: Compute = power(6, 1, 1);

/** What runs cost according to the rows of a table. Rows without N or D do not count. */
export function computeOf(runs: readonly RunPoint[]): Compute {
  const usable = runs.filter((run) => factorOf(run) > 0 && Number.isFinite(factorOf(run)));
  let [low, high, sum] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const run of usable) {
    const k = factorOf(run);
    low = Math.min(low, k);
    high = Math.max(high, k);
    sum += Math.log(k);
  }
  if (low > 6 * (1 - SAME) && high < 6 * (1 + SAME)) return SIX_ND;
  if (high < low * (1 + 2 * SAME)) return constant(Math.exp(sum / usable.length));
  return varying(usable, [low, high]);
}

function factorOf({ N, D, C }: RunPoint): number {
  return C / (N * D);
}

function constant(k: number): Compute {
  const shown = k.toPrecision(3);
  return { ...power(k, 1, 1), note: `C = ${shown}·N·D in this table, so a budget buys ${shown}·N·D FLOPs, not 6·N·D` };
}

function varying(runs: readonly RunPoint[], [low, high]: readonly [number, number]): Compute {
  const column = (of: (run: RunPoint) => number) => Float64Array.from(runs, of);
  const logK = column((run) => Math.log(factorOf(run)));
  const one = column(() => 1);
  const logN = column(({ N }) => Math.log(N));
  const logD = column(({ D }) => Math.log(D));
  const sorted = logK.toSorted();
  const middle = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
  const scatter = rms(logK.map((value) => value - middle));
  const inN = trend([one, logN], logK);
  const inBoth = trend([one, logN, logD], logK);
  // The trend in N alone unless D adds much: the fewer slopes, the safer what lies beyond the table.
  const best = inN && (!inBoth || inN.rms < 1.5 * inBoth.rms + 1e-3) ? inN : inBoth;
  const range = `C/(N·D) runs from ${low.toPrecision(3)} to ${high.toPrecision(3)} in this table`;
  if (best && best.rms < WORTH * scatter && best.rms < SCATTER) {
    const [c0, cN, cD = 0] = best.slopes as unknown as [number, number, number | undefined];
    const law = power(Math.exp(c0), 1 + cN, 1 + cD);
    if (law.n > 0.2 && law.d > 0.2)
      return {
        ...law,
        note: `${range}; its trend C = ${law.k.toPrecision(3)}·N^${law.n.toFixed(3)}·D^${law.d.toFixed(3)} is used`,
      };
  }
  if (scatter < SCATTER)
    return { ...constant(Math.exp(middle)), note: `${range}; its median ${Math.exp(middle).toPrecision(3)} is used` };
  return {
    ...power(Math.exp(middle), 1, 1),
    fault: `${range}, without a constant or a trend: what a run costs cannot be predicted`,
  };
}

function trend(
  columns: readonly Float64Array[],
  values: Float64Array,
): { slopes: Float64Array; rms: number } | undefined {
  if (values.length < columns.length + 3) return undefined;
  const slopes = leastSquares(columns, values);
  if (!slopes) return undefined;
  return {
    slopes,
    rms: rms(values.map((value, i) => columns.reduce((sum, column, j) => sum - slopes[j]! * column[i]!, value))),
  };
}

function power(k: number, n: number, d: number): Compute {
  const logK = Math.log(k);
  if (n === 1 && d === 1) return { k, n, d, flops: (N, D) => k * N * D, tokens: (C, N) => C / k / N };
  return {
    k,
    n,
    d,
    flops: (N, D) => Math.exp(logK + n * Math.log(N) + d * Math.log(D)),
    tokens: (C, N) => Math.exp((Math.log(C) - logK - n * Math.log(N)) / d),
  };
}

function rms(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
