import type { RunPoint } from "../task/run-point.ts";
import type { Columns } from "./columns.ts";

/** A run with the row it came from, counted from 1 without the header. */
export interface TableRun extends RunPoint {
  readonly row: number;
}

/** A row that takes no part in the fit, and why. */
export interface DroppedRow {
  readonly row: number;
  readonly reason: string;
}

/** A runs table, understood. */
export interface RunsTable {
  readonly runs: readonly TableRun[];
  readonly dropped: readonly DroppedRow[];
  /** Where N, D and C come from, as a sentence. */
  readonly accounting: string;
  /** What a reader should know of the rows that were kept. */
  readonly notes: readonly string[];
}

export interface RunsTableOptions {
  /** Columns to use instead of those recognised by name. */
  readonly columns?: Columns;
  /** Keep every hyper-parameter setting of an API table, not only the best per size and budget. */
  readonly keepAll?: boolean;
  /** Drop and report rows with a missing or non-positive value, instead of refusing the table. */
  readonly dropUnusable?: boolean;
}
