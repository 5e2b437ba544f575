import type { Intervals, Resampling } from "../../fit/bootstrap.ts";
import type { Limits } from "../../fit/constrained.ts";
import type { Fit } from "../../fit/fitter.ts";
import type { HoldOut } from "../../fit/hold-out.ts";
import type { ModelChoice } from "../../fit/model-choice.ts";
import type { FloorProfile } from "../../fit/profile.ts";
import type { Sensitivity } from "../../fit/sensitivity.ts";
import type { TableRun } from "../../table/run-reader.ts";
import type { RunsTable } from "../../table/runs.ts";

/** Level of every interval the command prints. */
export const LEVEL = 0.9;

/** What is known of the runs that were fitted. */
export interface FittedRuns {
  readonly source: string;
  readonly table: RunsTable;
  /** True when the runs come from the course's law, whose optimum is known. */
  readonly course: boolean;
}

/** Bootstrap fits, and what their intervals are widened by. */
export interface Refits {
  readonly fits: readonly Fit[];
  readonly freedom?: { readonly runs: number; readonly parameters: number };
}

/** A fit with the intervals that were asked for. */
export interface ReportedFit {
  readonly fit: Fit;
  readonly intervals?: Intervals;
  /** The bootstrap fits behind the intervals, for bands. */
  readonly refits?: Refits;
  /** Of E, for the law of approach 3. */
  readonly floor?: FloorProfile;
  /** Of the exponent a, for approach 3. */
  readonly sensitivity?: Sensitivity<TableRun>;
}

/** Everything a report of `isoflop fit` holds. */
export interface FitReport {
  readonly runs: FittedRuns;
  readonly fits: readonly ReportedFit[];
  readonly targets: readonly number[];
  /** What the best allocation may be at most. */
  readonly limits: Limits;
  /** Whether to show what other sizes than the best cost at the targets. */
  readonly sizes: boolean;
  readonly resampling: Resampling;
  readonly choice?: ModelChoice;
  /** Predictions of hidden budgets, where asked for. */
  readonly holdOut?: readonly HoldOut[];
}
