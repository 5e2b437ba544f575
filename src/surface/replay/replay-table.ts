import { type Rows, type RowsOptions, readRows, type TableRun } from "../../table/rows.ts";

/** A row of a finished sweep: N, C and the loss, shape and setting where the table has them. */
export interface FinishedRun extends TableRun {
  /** What it was trained on, where a table holds several corpora. */
  readonly corpus?: string;
}

export interface FinishedRuns extends Rows {
  readonly runs: readonly FinishedRun[];
}

/** How a table is read: columns other than those recognized, conditions on rows. */
export type ReplayOptions = Pick<RowsOptions, "columns" | "where" | "onRows">;

/** Reads a table of finished runs (docs/tables.md); throws as `readRows` does. */
export function readFinishedRuns(text: string, options: ReplayOptions = {}): FinishedRuns {
  const rows = readRows([{ name: "table", text }], options);
  const dataset = rows.found.dataset?.name;
  if (dataset === undefined) return rows;
  return { ...rows, runs: rows.runs.map((run) => ({ ...run, corpus: rows.label(run.row, dataset) })) };
}
