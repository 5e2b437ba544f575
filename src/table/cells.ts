import { UserError } from "../task/errors.ts";
import { parseQuantity } from "../task/quantity.ts";
import type { Cell } from "./text.ts";

/**
 * The number in a cell; NaN when it is empty or written as not finite (`nan`, `inf`, null).
 *
 * @throws UserError naming row and column for anything else.
 */
export function numberIn(cell: Cell, row: number, column: string): number {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : Number.NaN;
  if (cell === null || cell === undefined) return Number.NaN;
  if (typeof cell === "string") {
    if (/^(?:[+-]?(?:nan|inf(?:inity)?)|n\/a|none|null)?$/i.test(cell.trim())) return Number.NaN;
    const value = parseQuantity(cell);
    if (value !== undefined) return value;
  }
  throw new UserError(`row ${row}, column ${column}: ${JSON.stringify(cell)} is not a number`);
}

/** As `numberIn`, for a quantity that must be positive. */
export function positiveIn(cell: Cell, row: number, column: string): number {
  const value = numberIn(cell, row, column);
  if (value > 0) return value;
  throw new UserError(`row ${row}, column ${column}: ${JSON.stringify(cell ?? "")} is not a positive number`);
}

/**
 * A loss: NaN when it is empty or not finite, as a run that diverged leaves it.
 *
 * @throws UserError naming row and column when it is not positive: a mark of a failed run would pass for the lowest.
 */
export function lossIn(cell: Cell, row: number, column: string): number {
  const value = numberIn(cell, row, column);
  if (!(value <= 0)) return value;
  throw new UserError(
    `row ${row}, column ${column}: a loss of ${value} is not positive; leave the cell empty if the run failed`,
  );
}

/**
 * Why a row cannot be used: the first of these columns whose cell is missing, not finite or not positive; undefined when
 * all are sound.
 *
 * @throws UserError as `numberIn`.
 */
export function faultIn(
  cells: Readonly<Record<string, Cell>>,
  columns: readonly string[],
  row: number,
): string | undefined {
  for (const column of columns) {
    const value = numberIn(cells[column], row, column);
    if (Number.isNaN(value)) return `${column} is missing or not finite`;
    if (value <= 0) return `${column} is ${value}, not positive`;
  }
  return undefined;
}

/** `row 7`, `rows 7, 9`, `rows 1, 2, 3 and 40 more`. */
export function rowsText(rows: readonly number[]): string {
  const shown = rows.slice(0, 6).join(", ");
  const more = rows.length > 6 ? ` and ${rows.length - 6} more` : "";
  return `${rows.length === 1 ? "row" : "rows"} ${shown}${more}`;
}
