import type { ChartRun } from "./chart.ts";
import type { FitResult } from "./fit-results.ts";

/** The runs of one key or table, with the fits that are drawn of them. */
export interface Series {
  readonly name: string;
  /** Absent where it is alone: its budgets then have colors of their own. */
  readonly color?: string;
  readonly runs: readonly ChartRun[];
  /** The best run of each size and budget: what the fits are fitted to. */
  readonly best: readonly ChartRun[];
  /** The chosen one first; the others are drawn thinner. */
  readonly fits: readonly FitResult[];
}

/** The truth as it is drawn: the best choice at budgets up to the target, and the best loss of sizes at budgets. */
export interface DrawnTruth {
  readonly path: readonly { readonly C: number; readonly N: number; readonly loss: number }[];
  readonly profiles: readonly {
    readonly C: number;
    readonly curve: readonly { readonly N: number; readonly loss: number }[];
  }[];
}

/** What the charts show. */
export interface Charted {
  readonly series: readonly Series[];
  /** FLOPs that the fits are extended to. */
  readonly target: number;
  /** A graded submission: its size and predicted loss, and the truth. */
  readonly truth?: DrawnTruth | undefined;
  readonly graded?: {
    readonly N: number;
    readonly bestN: number;
    readonly predictedLoss: number;
    readonly trueLoss: number;
  };
}

// The chosen fit comes first.
const CHOSEN = { strokeWidth: 2, strokeOpacity: 1 } as const;
const OTHER = { strokeWidth: 1.4, strokeOpacity: 0.55 } as const;
export const TRUE = { stroke: "var(--truth)", strokeWidth: 1.5, clip: true } as const;
export const styleOf = (i: number): typeof CHOSEN | typeof OTHER => (i === 0 ? CHOSEN : OTHER);
