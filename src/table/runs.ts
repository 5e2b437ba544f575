import { FIELDS, identityOf, type RunConfig } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import { bestPerSize, pointOf, type RunPoint } from "../task/run-point.ts";
import { WIRE_NAMES } from "../task/stanford-2025/wire.ts";
import { faultIn, lossIn, positiveIn, rowsText } from "./cells.ts";
import { type Columns, type Quantity, recogniseColumns, requirePresent } from "./columns.ts";
import { parseTable, type RawTable } from "./text.ts";

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

/** How a table of runs is read. */
export interface RunsTableOptions {
  /** Columns to use instead of those recognised by name. */
  readonly columns?: Columns;
  /** Keep every hyper-parameter setting of an API table, not only the best per size and budget. */
  readonly keepAll?: boolean;
  /** Drop and report rows with a missing or non-positive value, instead of refusing the table. */
  readonly dropUnusable?: boolean;
}

/**
 * Reads a table of runs from the text of a CSV or JSON file (docs/fitters.md, "Runs tables"). A row without a finite
 * loss, as a diverged run leaves it, is dropped and reported.
 *
 * @throws UserError naming the row and the column of the first value that is not a number, or the column that is missing.
 *
 * @example
 * ```ts
 * import { readRunsTable } from "isoflop";
 * const text = `N,D,loss
 * 1e8,2e9,3.386
 * 1e8,2e10,3.076
 * 1e9,2e9,3.012
 * 1e9,2e10,2.701
 * 1e10,2e10,2.530
 * 1e10,2e11,2.396`;
 * const { runs, accounting } = readRunsTable(text);
 * runs[0]; // { N: 1e8, D: 2e9, C: 1.2e18, loss: 3.386, row: 1 }
 * accounting; // 'N from "N", D from "D"; C = 6ND'
 * readRunsTable("N,D\n1e8,2e9"); // throws UserError
 * ```
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

/** Whether a table holds answers of the training API: a shape, a budget and a loss in every row. */
function isApiTable(columns: readonly string[]): boolean {
  return [WIRE_NAMES.dModel, WIRE_NAMES.numLayers, WIRE_NAMES.trainFlops, "loss"].every((name) =>
    columns.includes(name),
  );
}

/**
 * Answers of the training API as runs: N = 12·L·d², D = C/(6N), the lowest loss per N and C unless all are kept. A
 * configuration answered twice is used once: the API never changes an answer.
 *
 * @throws UserError when a configuration has two losses, or a mapped column is missing or has no part in such a table.
 */
function apiRuns(
  table: RawTable,
  { columns = {}, keepAll = false, dropUnusable = false }: RunsTableOptions,
): RunsTable {
  requirePresent(table.columns, columns);
  for (const quantity of ["D", "C"] as const)
    if (columns[quantity] !== undefined)
      throw new UserError(
        `${quantity}=${columns[quantity]} cannot be used: in a table of API answers N = 12·num_layers·d_model² and C = train_flops, unless N is mapped too`,
      );
  const { loss: lossColumn = "loss", weight } = columns;
  const present = FIELDS.map((field) => WIRE_NAMES[field] as string).filter((name) => table.columns.includes(name));
  const dropped: DroppedRow[] = [];
  const seen = new Map<string, TableRun>();
  for (const [index, cells] of table.rows.entries()) {
    const row = index + 1;
    const fault = dropUnusable ? faultIn(cells, [...present, lossColumn], row) : undefined;
    if (fault !== undefined) {
      dropped.push({ row, reason: fault });
      continue;
    }
    const config = configIn(cells, row);
    const loss = lossIn(cells[lossColumn], row, lossColumn);
    if (!Number.isFinite(loss)) {
      dropped.push({ row, reason: `${lossColumn} is not finite` });
      continue;
    }
    const earlier = seen.get(identityOf(config));
    const counts = weight === undefined ? {} : { weight: positiveIn(cells[weight], row, weight) };
    if (!earlier) seen.set(identityOf(config), { ...pointOf({ ...config, loss }), row, ...counts });
    else if (earlier.loss === loss) dropped.push({ row, reason: `repeats row ${earlier.row}` });
    else
      throw new UserError(
        `row ${row}, column ${lossColumn}: ${loss} contradicts row ${earlier.row}, where the same configuration got ${earlier.loss}; remove one of them`,
      );
  }
  const all = [...seen.values()];
  if (all.length === 0)
    throw new UserError(
      dropUnusable ? `no row can be used: ${dropped[0]?.reason}` : `no row has a finite ${lossColumn}`,
    );
  const runs = keepAll ? all : bestPerSize(all);
  const kept = new Set(runs);
  for (const { row } of all.filter((run) => !kept.has(run)))
    dropped.push({ row, reason: "another setting of the same N and C has a lower loss" });
  const notes =
    runs.length < all.length ? [`the lowest loss per N and C is used (--keep-all keeps every setting)`] : [];
  const few = runs.filter((run) => run.loss > 9).map((run) => run.row);
  if (few.length > 0)
    notes.push(`${rowsText(few)} have a loss above 9, close to the untrained 10.5: such budgets say nothing of a law`);
  return {
    runs,
    dropped,
    notes,
    accounting: "N = 12·num_layers·d_model², C = train_flops, D = C/(6N) (the handout's)",
  };
}

/** The configuration of a row; a field the table lacks is 0, which tells no two rows apart. */
function configIn(cells: RawTable["rows"][number], row: number): RunConfig {
  const entries = FIELDS.map((field) => {
    const column = WIRE_NAMES[field];
    return [field, cells[column] === undefined ? 0 : positiveIn(cells[column], row, column)];
  });
  const config = Object.fromEntries(entries) as unknown as RunConfig;
  for (const field of ["dModel", "numLayers", "trainFlops"] as const)
    if (config[field] === 0) throw new UserError(`row ${row}, column ${WIRE_NAMES[field]}: missing`);
  return config;
}
