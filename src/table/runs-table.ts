import { UserError } from "../task/errors.ts";
import type { RunPoint } from "../task/run-point.ts";
import { apiRuns, isApiTable } from "./api-table.ts";
import { lossIn, positiveIn, rowsText } from "./cells.ts";
import { type Columns, type Quantity, recogniseColumns } from "./columns.ts";
import { faultIn } from "./row-fault.ts";
import type { DroppedRow, RunsTable, RunsTableOptions, TableRun } from "./table-run.ts";
import { parseTable, type RawTable } from "./table-text.ts";

/**
 * Reads a table of runs from the text of a CSV or JSON file (docs/fitters.md, "Runs tables"). A row without a finite
 * loss, as a diverged run leaves it, is dropped and reported.
 *
 * @throws UserError naming the row and the column of the first value that is not a number, or the column that is missing.
 */
export function readRunsTable(text: string, options: RunsTableOptions = {}): RunsTable {
  const table = parseTable(text);
  if (isApiTable(table.columns) && !options.columns?.N) return apiRuns(table, options);
  const columns = recogniseColumns(table.columns, options.columns);
  const dropped: DroppedRow[] = [];
  const runs: TableRun[] = [];
  for (const [index, cells] of table.rows.entries()) {
    const row = index + 1;
    const fault = options.dropUnusable ? faultIn(cells, Object.values(columns), row) : undefined;
    if (fault !== undefined) {
      dropped.push({ row, reason: fault });
      continue;
    }
    const run = readRun(cells, columns, row);
    if (Number.isFinite(run.loss)) runs.push(run);
    else dropped.push({ row, reason: `${columns.loss} is not finite` });
  }
  if (runs.length === 0)
    throw new UserError(
      options.dropUnusable ? `no row can be used: ${dropped[0]?.reason}` : `no row has a finite ${columns.loss}`,
    );
  return { runs, dropped, accounting: accountingOf(columns), notes: [...repeats(runs), ...offSixND(runs)] };
}

function readRun(cells: RawTable["rows"][number], columns: Columns, row: number): TableRun {
  const read = (quantity: Quantity) => positiveIn(cells[columns[quantity]!], row, columns[quantity]!);
  const N = columns.N ? read("N") : read("C") / (6 * read("D"));
  const D = columns.D ? read("D") : read("C") / (6 * N);
  const C = columns.C ? read("C") : 6 * N * D;
  const loss = lossIn(cells[columns.loss!], row, columns.loss!);
  return columns.weight ? { N, D, C, loss, row, weight: read("weight") } : { N, D, C, loss, row };
}

function accountingOf(columns: Columns): string {
  const named = (["N", "D", "C"] as const).filter((quantity) => columns[quantity]);
  const from = named.map((quantity) => `${quantity} from "${columns[quantity]}"`).join(", ");
  if (!columns.D) return `${from}; D = C/(6N)`;
  if (!columns.C) return `${from}; C = 6ND`;
  return columns.N ? from : `${from}; N = C/(6D)`;
}

function repeats(runs: readonly TableRun[]): string[] {
  const first = new Map<string, TableRun>();
  const same: number[] = [];
  const conflicting: number[] = [];
  for (const run of runs) {
    const key = `${run.N}/${run.D}/${run.C}`;
    const earlier = first.get(key);
    if (!earlier) first.set(key, run);
    else (earlier.loss === run.loss ? same : conflicting).push(run.row);
  }
  const notes: string[] = [];
  if (same.length > 0) notes.push(`${rowsText(same)}: the same as an earlier row; kept, so it counts twice`);
  if (conflicting.length > 0)
    notes.push(`${rowsText(conflicting)}: N, D and C of an earlier row but another loss; kept`);
  return notes;
}

/** How far a table that has all three of N, D and C is from C = 6ND; where one follows from the others, it is not. */
function offSixND(runs: readonly RunPoint[]): string[] {
  const ratios = runs.map(({ N, D, C }) => C / (6 * N * D));
  const [low, high] = [ratios.reduce((a, b) => Math.min(a, b)), ratios.reduce((a, b) => Math.max(a, b))];
  if (low > 0.99 && high < 1.01) return [];
  return [
    `C/(6ND) runs from ${low.toPrecision(3)} to ${high.toPrecision(3)} in this table: laws of N and D use its D, budgets its C`,
  ];
}
