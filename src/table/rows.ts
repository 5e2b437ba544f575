import { UserError } from "../task/errors.ts";
import { cellText, hasDecimalCommas, isMissing, NumberReader, quoted, type RawTable } from "./cells.ts";
import { type Columns, choiceText, columnIndex, type FoundColumns, findColumns, scaleText } from "./columns.ts";
import { QUANTITIES, type Quantity } from "./names.ts";
import { type NeedOptions, neededColumns, runReader, type TableRun } from "./run-reader.ts";
import { parseTable } from "./text.ts";
import { checkUnits } from "./units.ts";
import { type Condition, filterOf } from "./where.ts";

/** A row that takes no part, and why. */
export interface DroppedRow {
  readonly row: number;
  readonly reason: string;
}

/** The text of one table. */
export interface TableSource {
  /** The file's name, for messages. */
  readonly name: string;
  readonly text: string;
  /** How it was unpacked, for a note. */
  readonly note?: string;
}

export interface RowsOptions extends NeedOptions {
  /** Columns to use instead of those recognized by name. */
  readonly columns?: Columns | undefined;
  /** Conditions on rows; others are dropped. */
  readonly where?: readonly Condition[] | undefined;
  /** Told after every so many rows how many were read. */
  readonly onRows?: ((done: number) => void) | undefined;
}

/** The rows of one table, or of several, as runs. */
export interface Rows {
  readonly runs: readonly TableRun[];
  readonly dropped: readonly DroppedRow[];
  /** How the text was read, and which columns could have been taken as well. */
  readonly notes: readonly string[];
  /** Where N, D and C come from, as a sentence. */
  readonly accounting: string;
  /** Which column was taken for what, as `--columns` takes it: `{"N": "params", "C": "1e9*gflops"}`. */
  readonly columns: Readonly<Partial<Record<Quantity, string>>>;
  /** The columns of the first table. */
  readonly found: FoundColumns;
  /** All names of columns. */
  readonly names: readonly string[];
  /** The text in a column of a row; empty where there is none. */
  readonly label: (row: number, column: string) => string;
}

/** States of a run that has no final loss. */
const UNFINISHED =
  /^(?:running|starting|crashed|failed|failure|killed|pending|queued|planned|preempt(?:ed|ing)|cancell?ed|error|errored|timeout|timed.?out|oom|out.of.memory|diverged|stopped|aborted)$/i;

/** How many rows are read between two calls of `onRows`. */
const REPORTED = 20_000;

/**
 * Reads tables of runs (docs/tables.md). A row without a finite, positive number where one is needed is dropped and
 * reported, as are comments, unfinished runs and, of a run logged step by step, all steps but the last.
 *
 * @throws UserError naming row and column of the first cell that is neither a number nor empty, a column that is missing,
 *   units that cannot be, or that no row is left.
 */
export function readRows(sources: readonly TableSource[], options: RowsOptions = {}): Rows {
  const tables = sources.map((source) => inFile(source, sources, () => readTable(source, options)));
  if (tables.length === 1) return checkedRows(tables[0] as Rows);
  let offset = 0;
  const parts = tables.map((table, i) => {
    const part = { ...table, offset, source: sources[i]!.name };
    offset += table.total;
    return part;
  });
  const shifted = <Row extends { readonly row: number }>(rows: readonly Row[], by: number) =>
    rows.map((row) => ({ ...row, row: row.row + by }));
  const partOf = (row: number) => parts.findLast((part) => row > part.offset)!;
  const [first] = parts as [(typeof parts)[number]];
  return checkedRows({
    runs: parts.flatMap(({ runs, offset: by }) => shifted(runs, by)),
    dropped: parts.flatMap(({ dropped, offset: by }) => shifted(dropped, by)),
    notes: [
      ...parts.map(({ source, offset: by, total }) => `rows ${by + 1} to ${by + total} are those of ${source}`),
      ...parts.flatMap(({ source, notes }) => notes.map((note) => `${source}: ${note}`)),
      ...parts
        .slice(1)
        .flatMap(({ source, accounting }) => (accounting === first.accounting ? [] : `${source}: ${accounting}`)),
    ],
    accounting: first.accounting,
    columns: Object.assign({}, ...parts.toReversed().map(({ columns }) => columns)),
    found: first.found,
    names: [...new Set(parts.flatMap(({ names }) => names))],
    label: (row, column) => partOf(row).label(row - partOf(row).offset, column),
  });
}

function checkedRows(rows: Rows): Rows {
  if (rows.runs.length > 0) return rows;
  const reasons = [...new Set(rows.dropped.map(({ reason }) => reason))];
  throw new UserError(`no row can be used: ${reasons.slice(0, 3).join("; ")}`);
}

/** Names the file in errors, where there are several. */
function inFile<Result>({ name }: TableSource, sources: readonly TableSource[], read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError) || sources.length === 1) throw error;
    throw new UserError(`${name}: ${error.message}`);
  }
}

function readTable({ text, note }: TableSource, options: RowsOptions): Rows & { readonly total: number } {
  const table = parseTable(text);
  const { columns: found, others } = findColumns(table, options.columns);
  const needed = neededColumns(table, found, options);
  const numbers = new NumberReader(
    hasDecimalCommas(
      table,
      needed.map((quantity) => found[quantity]!.index),
    ),
  );
  const filter = filterOf(options.where ?? [], table, found);
  const runIn = runReader(found, needed, numbers, options);
  const state = found.state && !filter.names(found.state.name) ? found.state : undefined;
  const dropped: DroppedRow[] = [];
  const runs: TableRun[] = [];
  for (const [index, cells] of table.rows.entries()) {
    const row = index + 1;
    if (row % REPORTED === 0) options.onRows?.(row);
    const failed = filter.failedByRow(cells);
    const unfinished = state && UNFINISHED.test(cellText(cells[state.index]));
    const read =
      table.strays.get(index) ??
      (failed && leftOut(failed)) ??
      (unfinished ? `${state.name} is "${cellText(cells[state.index])}"` : runIn(cells, row));
    if (typeof read === "string") {
      dropped.push({ row, reason: read });
      continue;
    }
    const missed = filter.failedByRun(read);
    if (missed) dropped.push({ row, reason: leftOut(missed) });
    else runs.push(read);
  }
  const label = (row: number, column: string) => {
    const index = columnIndex(table, column) ?? (found as Record<string, { index: number }>)[column]?.index;
    return index === undefined ? "" : cellText(table.rows[row - 1]![index]);
  };
  const last = lastSteps(runs, table, found);
  dropped.push(...last.dropped);
  checkUnits(last.runs, found);
  return {
    runs: last.runs,
    dropped: dropped.toSorted((a, b) => a.row - b.row),
    notes: [
      ...(note === undefined ? [] : [note]),
      ...table.notes,
      ...numbers.notes(),
      ...[...table.repeated].map((name) => `"${name}" appears more than once in the header; it is not used`),
      ...otherNotes(found, others),
    ],
    accounting: accountingOf(found),
    columns: Object.fromEntries(
      QUANTITIES.filter((quantity) => needed.includes(quantity)).map((quantity) => [
        quantity,
        choiceText(found[quantity]!),
      ]),
    ),
    found,
    names: table.columns,
    label,
    total: table.rows.length,
  };
}

function leftOut({ text }: Condition): string {
  return `left out by --where "${text}"`;
}

/**
 * Of runs that were logged step by step, the last step of each: wherever the steps are those of Weights & Biases
 * (`_step`), else where N, D and C do not change within a run, so that its earlier losses are not final.
 */
function lastSteps(
  runs: readonly TableRun[],
  table: RawTable,
  { run: name, step }: FoundColumns,
): { readonly runs: readonly TableRun[]; readonly dropped: readonly DroppedRow[] } {
  if (!name || !step) return { runs, dropped: [] };
  const always = step.name.startsWith("_");
  const numbers = new NumberReader(false);
  const last = new Map<string, { readonly run: TableRun; readonly step: number }>();
  const dropped: DroppedRow[] = [];
  for (const run of runs) {
    const cells = table.rows[run.row - 1]!;
    const at = isMissing(cells[step.index]) ? Number.NaN : numbers.read(cells[step.index], run.row, step.name);
    const { N, D, C, learningRate, batchSize } = run;
    const key = [cellText(cells[name.index]), N, learningRate, batchSize, ...(always ? [] : [D, C])].join("\0");
    const other = Number.isNaN(at) || cellText(cells[name.index]) === "" ? undefined : last.get(key);
    if (other) dropped.push({ row: (other.step > at ? run : other.run).row, reason: "an earlier step of its run" });
    if (!Number.isNaN(at) && !(other && other.step > at)) last.set(key, { run, step: at });
  }
  const gone = new Set(dropped.map(({ row }) => row));
  return { runs: runs.filter(({ row }) => !gone.has(row)), dropped };
}

/** Where N, D and C come from. */
function accountingOf(found: FoundColumns): string {
  const shape = !found.N && found.d_model && found.num_layers;
  const named = (["N", "D", "C"] as const).flatMap((quantity) => {
    const column = found[quantity];
    if (!column) return quantity === "N" && shape ? [`N = 12·${found.num_layers!.name}·${found.d_model!.name}²`] : [];
    return [`${quantity} from ${column.scale === 1 ? "" : `${scaleText(column.scale)} × `}"${column.name}"`];
  });
  const from = named.join(", ");
  if (!found.D) return found.N || shape ? `${from}; D = C/(6N)` : `${from}; no N or D: for laws of C alone`;
  if (!found.C) return `${from}; C = 6ND`;
  return found.N || shape ? from : `${from}; N = C/(6D)`;
}

function otherNotes(found: FoundColumns, others: Readonly<Partial<Record<Quantity, readonly string[]>>>): string[] {
  return (["N", "D", "C", "loss"] as const).flatMap((quantity) => {
    const rest = others[quantity];
    if (!rest || !found[quantity]) return [];
    const more = rest.length > 3 ? ` and ${rest.length - 3} more` : "";
    return [
      `${quantity} could also be ${quoted(rest.slice(0, 3))}${more} (--columns '${quantity}=${choiceText({ name: rest[0]!, scale: 1 })}')`,
    ];
  });
}
