import { nearestName, UserError, unknownName } from "../task/errors.ts";
import { parseQuantity } from "../task/quantity.ts";
import { isMissing, NumberReader, quoted, type RawTable } from "./cells.ts";
import { matchName, plainName, QUANTITIES, type Quantity } from "./names.ts";

/** A column to take for a quantity: by name, or with a factor its numbers are multiplied by. */
export type ColumnChoice = string | { readonly column: string; readonly scale: number };
/** Which columns to take for which quantities, instead of those recognized by name. */
export type Columns = Readonly<Partial<Record<Quantity, ColumnChoice>>>;

/** A column taken for a quantity. */
export interface Column {
  readonly name: string;
  /** Its place in the table. */
  readonly index: number;
  /** What its numbers are multiplied by. */
  readonly scale: number;
  /** Whether the user gave the factor; the unit is then not questioned. */
  readonly stated: boolean;
}
/** The columns taken, by quantity. */
export type FoundColumns = Readonly<Partial<Record<Quantity, Column>>>;

/** No name of a column is longer. */
const LONGEST_ENTRY = 1000;
const ENTRY = new RegExp(`,(?=\\s*(?:${QUANTITIES.join("|")}|U)\\s*=)`, "i");

/**
 * Parses `N=1e6*params_m,loss="loss, eval"`: a quantity, an optional factor, and a column, which may stand between
 * quotes and may hold commas.
 *
 * @throws UserError naming the entry that is something else.
 */
export function parseColumns(text: string): Columns {
  const columns: Partial<Record<Quantity, ColumnChoice>> = {};
  for (const entry of text.split(ENTRY)) {
    const equals = entry.indexOf("=");
    const [name, given] = [entry.slice(0, Math.max(0, equals)).trim(), entry.slice(equals + 1).trim()];
    const quantity = quantityNamed(name);
    if (quantity === undefined || given === "" || entry.length > LONGEST_ENTRY)
      throw new UserError(
        `"${entry.slice(0, LONGEST_ENTRY)}" is not QUANTITY=COLUMN with one of ${QUANTITIES.join(", ")}`,
      );
    const [, first, column = given, last] =
      /^(?:([\d.]+(?:e[+-]?\d+)?)\s*[*×]\s*)?(".*"|'.*'|[^"'].*?)(?:\s*[*×]\s*([\d.]+(?:e[+-]?\d+)?))?$/is.exec(
        given,
      ) ?? [];
    const factor = first ?? last;
    const bare = /^(["']).*\1$/s.test(column) ? column.slice(1, -1) : column;
    if (factor === undefined) columns[quantity] = bare;
    else {
      const scale = parseQuantity(factor);
      if (scale === undefined || scale <= 0) throw new UserError(`"${entry}": ${factor} is not a positive factor`);
      columns[quantity] = { column: bare, scale };
    }
  }
  return columns;
}

function quantityNamed(name: string): Quantity | undefined {
  if (name.toUpperCase() === "U") return "unique_tokens";
  return QUANTITIES.find((quantity) => quantity.toLowerCase() === name.toLowerCase());
}

/** A choice as `--columns` takes it: `params`, `1e9*gflops`, `"loss, eval"`. */
export function choiceText({ name, scale }: Pick<Column, "name" | "scale">): string {
  const text = /[,"'*×=]/.test(name) ? (name.includes('"') ? `'${name}'` : `"${name}"`) : name;
  return scale === 1 ? text : `${scaleText(scale)}*${text}`;
}

/** A factor in short: `1e9`. */
export function scaleText(scale: number): string {
  return scale >= 1000 ? scale.toExponential().replace("e+", "e") : String(scale);
}

/** Which column holds which quantity, and where others could have been taken. */
export interface ColumnFinding {
  readonly columns: FoundColumns;
  /** For N, D, C and the loss: columns that have one of their names as well. */
  readonly others: Readonly<Partial<Record<Quantity, readonly string[]>>>;
}

/**
 * Finds the columns of a table by their names (`names.ts`); what `given` says is taken from there instead. Columns that
 * are empty are passed over.
 *
 * @throws UserError when a column that is given is not in the table, or one that is needed appears twice in it.
 */
export function findColumns(table: RawTable, given: Columns = {}): ColumnFinding {
  const columns: Partial<Record<Quantity, Column>> = {};
  const others: Partial<Record<Quantity, readonly string[]>> = {};
  for (const quantity of QUANTITIES) {
    const choice = given[quantity];
    if (choice !== undefined) {
      columns[quantity] = givenColumn(table, choice);
      continue;
    }
    const matches = table.columns
      .flatMap((name, index) => {
        const match = matchName(quantity, name);
        return match ? [{ name, index, ...match }] : [];
      })
      .toSorted((a, b) => a.rank - b.rank);
    const text = TEXT.has(quantity);
    const best = matches.find(({ index }) => holds(table, index, text)) ?? matches[0];
    if (!best) continue;
    const { name, index, scale } = best;
    columns[quantity] = { name, index, scale, stated: false };
    const rest = matches.filter((match) => match !== best && holds(table, match.index, text)).map(({ name }) => name);
    if (rest.length > 0 && !text) others[quantity] = rest;
  }
  for (const column of Object.values(columns))
    if (table.repeated.has(column.name))
      throw new UserError(`column "${column.name}" appears twice in the header: rename one of them`);
  return { columns, others };
}

const TEXT: ReadonlySet<Quantity> = new Set(["dataset", "run", "state"]);

/** The place of a column by its name, spelled as in the table or nearly. */
export function columnIndex(table: RawTable, name: string): number | undefined {
  const exact = table.columns.indexOf(name);
  if (exact >= 0) return exact;
  const alike = table.columns.flatMap((column, i) => (plainName(column) === plainName(name) ? [i] : []));
  return alike.length === 1 && plainName(name) !== "" ? alike[0] : undefined;
}

function givenColumn(table: RawTable, choice: ColumnChoice): Column {
  const { column, scale } = typeof choice === "string" ? { column: choice, scale: 1 } : choice;
  const index = columnIndex(table, column);
  if (index === undefined) throw unknownName("column", column, table.columns);
  return { name: table.columns[index]!, index, scale, stated: typeof choice !== "string" };
}

/** Whether a column has something that can be read: a number, or any text. */
function holds({ rows, strays }: RawTable, index: number, text: boolean): boolean {
  const numbers = new NumberReader(true);
  let seen = 0;
  for (const [i, row] of rows.entries()) {
    const cell = row[index];
    if (isMissing(cell) || strays.has(i)) continue;
    if (text) return true;
    if (numbers.parse(cell, "") !== undefined) return true;
    if (++seen > 20) return false;
  }
  return false;
}

/** The error for a quantity that no column holds. */
export function missingColumn(what: string, { columns }: RawTable): UserError {
  const quantity = what.split(/,? /)[0]!;
  const shown =
    columns.length > 12 ? `${quoted(columns.slice(0, 12))} and ${columns.length - 12} more` : quoted(columns);
  const numbers = columns.filter((name) => parseQuantity(name) !== undefined).length;
  const header = numbers > columns.length / 2 ? "; its first row holds numbers: a table needs a header" : "";
  const third = ["N", "D"].includes(quantity) ? " (two of N, D and C are needed; the third follows from C = 6ND)" : "";
  const near = quantity === "loss" ? nearestName("loss", columns) : undefined;
  const column = near === undefined ? "COLUMN" : choiceText({ name: near, scale: 1 });
  return new UserError(
    `no column for ${what} among ${shown}: name it with --columns ${quantity}=${column}${third}${header}`,
  );
}
