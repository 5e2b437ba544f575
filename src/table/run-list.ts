import { FIELDS, type RunConfig } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import { WIRE_NAMES } from "../task/stanford-2025/wire.ts";
import { numberIn } from "./cells.ts";
import { parseTable, type RawTable } from "./text.ts";

/**
 * The runs to be asked of a training API, in order, from a table with the API's columns; other columns are left out.
 *
 * @throws UserError naming file, row, column and value of the first mistake.
 */
export function parseRunTable(text: string, file: string): RunConfig[] {
  try {
    return parseTable(text).rows.map((cells, i) => configurationIn(cells, i + 1));
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${file}: ${error.message}`);
    throw error;
  }
}

function configurationIn(cells: RawTable["rows"][number], row: number): RunConfig {
  const values = FIELDS.map((field) => {
    const column = WIRE_NAMES[field];
    const value = numberIn(cells[column], row, column);
    if (Number.isNaN(value))
      throw new UserError(`row ${row} has no ${column}; a run needs ${Object.values(WIRE_NAMES).join(", ")}`);
    return [field, value] as const;
  });
  return Object.fromEntries(values) as unknown as RunConfig;
}
