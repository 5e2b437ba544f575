import { numberIn } from "./cells.ts";
import type { Cell } from "./table-text.ts";

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
