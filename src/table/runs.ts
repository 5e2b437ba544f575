import { identityOf, type RunConfig } from "../task/configuration.ts";
import { UserError, unknownName } from "../task/errors.ts";
import { bestPerSize, type RunPoint } from "../task/run-point.ts";
import { WIRE_NAMES } from "../task/stanford-2025/wire.ts";
import { rowsText } from "./cells.ts";
import { choiceText } from "./columns.ts";
import { plainName } from "./names.ts";
import { type DroppedRow, type Rows, type RowsOptions, readRows } from "./rows.ts";
import type { TableRun } from "./run-reader.ts";

/** A table of runs for fitting laws. */
export interface RunsTable extends Rows {
  /** What a reader should know of the rows that were kept, and of how they were read. */
  readonly notes: readonly string[];
}

/** How a table of runs is read. */
export interface RunsTableOptions extends RowsOptions {
  /** Keep every hyperparameter setting of an API table, not only the best per size and budget. */
  readonly keepAll?: boolean | undefined;
}

/**
 * Reads one table of runs from its text (docs/tables.md).
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
  return runsTable(readRows([{ name: "table", text }], options), options);
}

/**
 * Rows as runs for fitting laws: of answers of the training API the lowest loss per N and C, unless all are kept, and each
 * answer once, since the API never changes one.
 *
 * @throws UserError when a configuration has two losses.
 */
export function runsTable(rows: Rows, { keepAll = false }: Pick<RunsTableOptions, "keepAll"> = {}): RunsTable {
  const api = isApiTable(rows);
  const { runs, dropped, notes } = api && !keepAll ? bestAnswers(rows) : { runs: rows.runs, dropped: [], notes: [] };
  return {
    ...rows,
    runs,
    dropped: [...rows.dropped, ...dropped].toSorted((a, b) => a.row - b.row),
    notes: [...notes, ...repeats({ ...rows, runs }), ...offSixND(runs), ...(api ? untrained(runs) : []), ...rows.notes],
  };
}

/**
 * The runs of each group of equal text in some columns, in the order in which they come; dropped rows go with theirs.
 *
 * @throws UserError for a column that is not in the table.
 */
export function groupRows(
  rows: Rows,
  by: readonly string[],
): readonly { readonly by: Readonly<Record<string, string>>; readonly rows: Rows }[] {
  const known = rows.names.map(plainName);
  const unknown = by.find((column) => !known.includes(plainName(column)) && !(column in rows.found));
  if (unknown !== undefined) throw unknownName("column", unknown, rows.names);
  const keyOf = ({ row }: { readonly row: number }) => JSON.stringify(by.map((column) => rows.label(row, column)));
  const runs = Map.groupBy(rows.runs, keyOf);
  const dropped = Map.groupBy(rows.dropped, keyOf);
  return [...runs].map(([key, members]) => {
    const values = JSON.parse(key) as string[];
    return {
      by: Object.fromEntries(by.map((column, i) => [column, values[i]!])),
      rows: { ...rows, runs: members, dropped: dropped.get(key) ?? [] },
    };
  });
}

/** Dropped rows by reason, the most frequent first. */
export function groupDropped(
  dropped: readonly DroppedRow[],
): { readonly reason: string; readonly rows: readonly number[]; readonly count: number }[] {
  return [...Map.groupBy(dropped, ({ reason }) => reason)]
    .map(([reason, members]) => ({ reason, rows: members.map(({ row }) => row), count: members.length }))
    .toSorted((a, b) => b.count - a.count);
}

/** A column with few values, that may tell experiments apart which one law cannot describe together. */
export interface Category {
  readonly column: string;
  /** One for each run, in the order of the runs. */
  readonly values: readonly string[];
}

/** More values than this are no experiments. */
const MOST_VALUES = 20;

/** The columns that no quantity was taken from and that have two to twenty values. */
export function categoriesOf({ runs, names, columns, label }: Rows): Category[] {
  const used = new Set(Object.values(columns));
  return names
    .filter((name) => !used.has(name))
    .flatMap((column) => {
      const values: string[] = [];
      const distinct = new Set<string>();
      for (const { row } of runs) {
        const value = label(row, column);
        values.push(value);
        if (distinct.add(value).size > MOST_VALUES) return [];
      }
      return distinct.size > 1 ? [{ column, values }] : [];
    });
}

/** Whether a table holds answers of the training API: a shape, a budget and a loss under the API's names. */
function isApiTable({ found }: Rows): boolean {
  return (
    lastName(found.d_model?.name) === WIRE_NAMES.dModel &&
    lastName(found.num_layers?.name) === WIRE_NAMES.numLayers &&
    lastName(found.C?.name) === WIRE_NAMES.trainFlops
  );
}

/** The end of a path: `d_model` of `config.d_model`. */
export function lastName(column: string | undefined): string | undefined {
  return column?.split(/[/.]/).at(-1);
}

/** Each configuration once, and of each size and budget the one with the lowest loss. */
function bestAnswers({ runs, found }: Rows): {
  readonly runs: readonly TableRun[];
  readonly dropped: DroppedRow[];
  readonly notes: string[];
} {
  const dropped: DroppedRow[] = [];
  // Where the table has N or D of its own, runs of one configuration may differ in seed or data set.
  const distinct = found.N || found.D ? runs : eachOnce(runs, found.loss!.name, dropped);
  const best = bestPerSize(distinct);
  if (best.length === distinct.length) return { runs: distinct, dropped, notes: [] };
  const kept = new Set(best);
  for (const run of distinct)
    if (!kept.has(run)) dropped.push({ row: run.row, reason: "another setting of the same N and C has a lower loss" });
  return { runs: best, dropped, notes: ["the lowest loss per N and C is used (--keep-all keeps every setting)"] };
}

/** The first run of each configuration; the others go to `dropped`. */
function eachOnce(runs: readonly TableRun[], lossName: string, dropped: DroppedRow[]): TableRun[] {
  const seen = new Map<string, TableRun>();
  for (const run of runs) {
    const identity = identityOf(configOf(run));
    const earlier = seen.get(identity);
    if (!earlier) seen.set(identity, run);
    else if (earlier.loss === run.loss) dropped.push({ row: run.row, reason: "repeats an earlier row" });
    else
      throw new UserError(
        `row ${run.row}, column ${lossName}: ${run.loss} contradicts row ${earlier.row}, where the same configuration got ${earlier.loss}; remove one of them`,
      );
  }
  return [...seen.values()];
}

/** The configuration of a run; what the table lacks is 0, which tells no two rows apart. */
function configOf({
  dModel = 0,
  numLayers = 0,
  numHeads = 0,
  batchSize = 0,
  learningRate = 0,
  C,
}: TableRun): RunConfig {
  return { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops: C };
}

function untrained(runs: readonly TableRun[]): string[] {
  const few = runs.filter((run) => run.loss > 9).map((run) => run.row);
  if (few.length === 0) return [];
  return [`${rowsText(few)} have a loss above 9, close to the untrained 10.5: such budgets say nothing about a law`];
}

function repeats(rows: Rows): string[] {
  const { runs } = rows;
  const same: number[] = [];
  const conflicting: number[] = [];
  let first: TableRun | undefined;
  // Sorted rather than looked up by text, which takes a million rows half a minute and their memory again.
  for (const run of runs.toSorted((a, b) => a.C - b.C || a.N - b.N || a.D - b.D || a.row - b.row)) {
    if (!first || run.C !== first.C || run.N !== first.N || run.D !== first.D) first = run;
    else (run.loss === first.loss ? same : conflicting).push(run.row);
  }
  same.sort((a, b) => a - b);
  conflicting.sort((a, b) => a - b);
  const notes: string[] = [];
  if (same.length > 0) notes.push(`${rowsText(same)}: the same as an earlier row; kept, so it counts twice`);
  if (conflicting.length > 0)
    notes.push(`${rowsText(conflicting)}: N, D and C of an earlier row but another loss; kept${splitting(rows)}`);
  return notes;
}

/** The column whose values distinguish runs of equal N, D and C, as advice; empty when there is none. */
function splitting(rows: Rows): string {
  const column = categoriesOf(rows).find(({ values }) => {
    const seen = new Set<string>();
    return rows.runs.every(({ N, D, C }, i) => seen.size < seen.add(`${N}/${D}/${C}/${values[i]}`).size);
  })?.column;
  return column === undefined ? "" : `; "${column}" separates them (--by ${choiceText({ name: column, scale: 1 })})`;
}

/** How far a table that has all three of N, D and C is from C = 6ND; where one follows from the others, it is not. */
function offSixND(runs: readonly RunPoint[]): string[] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const { N, D, C } of runs) {
    const ratio = C / (6 * N * D);
    [low, high] = [Math.min(low, ratio), Math.max(high, ratio)];
  }
  if (!(low < 0.99 || high > 1.01)) return [];
  return [
    `C/(6ND) runs from ${low.toPrecision(3)} to ${high.toPrecision(3)} in this table: methods and predictions use its own C/(N·D)`,
  ];
}
