import type { RunConfig } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import { hasDecimalCommas, isMissing, NumberReader } from "./cells.ts";
import { type Columns, choiceText, findColumns } from "./columns.ts";
import type { Quantity } from "./names.ts";
import type { DroppedRow, Rows, TableSource } from "./rows.ts";
import { parseTable } from "./text.ts";

/** The columns of a run that is to be asked for, in the order of a configuration's fields, under the API's names. */
const FIELDS = [
  ["dModel", "d_model", "d_model"],
  ["numLayers", "num_layers", "num_layers"],
  ["numHeads", "num_heads", "num_heads"],
  ["batchSize", "batch_size", "batch_size"],
  ["learningRate", "learning_rate", "learning_rate"],
  ["trainFlops", "C", "train_flops"],
] as const satisfies readonly (readonly [keyof RunConfig, Quantity, string])[];

/** A list of runs to be asked of a training API, in order. */
export interface RunList {
  readonly runs: readonly RunConfig[];
  /** Which column was taken for what. */
  readonly columns: Rows["columns"];
  /** Rows that are no runs: comments, separators, empty rows. */
  readonly dropped: readonly DroppedRow[];
  readonly notes: readonly string[];
}

/**
 * Reads a list of runs; columns other than the API's are left out. Unlike in a table of results, a row that lacks a value
 * is a mistake: it may not go unnoticed.
 *
 * @throws UserError naming file, row, column and value of the first mistake.
 */
export function parseRunList({ name, text }: TableSource, given?: Columns): RunList {
  try {
    return listIn(text, given);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${name}: ${error.message}`);
    throw error;
  }
}

function listIn(text: string, given: Columns | undefined): RunList {
  const table = parseTable(text);
  const { columns } = findColumns(table, given);
  const needs = `a run needs ${FIELDS.map(([, , name]) => name).join(", ")}`;
  const fields = FIELDS.map(([field, quantity, name]) => {
    const column = columns[quantity];
    if (!column) throw new UserError(`row 1 has no ${name}; ${needs}`);
    return { field, quantity, column };
  });
  const indexes = fields.map(({ column }) => column.index);
  const numbers = new NumberReader(hasDecimalCommas(table, indexes));
  const dropped: DroppedRow[] = [];
  const runs: RunConfig[] = [];
  for (const [i, cells] of table.rows.entries()) {
    const row = i + 1;
    const reason =
      table.strays.get(i) ?? (indexes.every((index) => isMissing(cells[index])) ? "an empty row" : undefined);
    if (reason !== undefined) {
      dropped.push({ row, reason });
      continue;
    }
    const values = fields.map(({ field, column: { name, index, scale } }) => {
      const value = numbers.read(cells[index], row, name);
      if (Number.isNaN(value)) throw new UserError(`row ${row} has no ${name}; ${needs}`);
      return [field, scale * value] as const;
    });
    runs.push(Object.fromEntries(values) as unknown as RunConfig);
  }
  if (runs.length === 0) throw new UserError("the table holds no runs");
  const taken = Object.fromEntries(fields.map(({ quantity, column }) => [quantity, choiceText(column)]));
  return { runs, columns: taken, dropped, notes: [...table.notes, ...numbers.notes()] };
}
