import { parse } from "csv-parse/sync";
import { FIELDS, type RunConfig } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import { parseQuantity } from "../task/quantity.ts";
import { WIRE_NAMES } from "../task/stanford-2025/wire.ts";

type Row = Readonly<Record<string, unknown>>;

/**
 * The runs of a table: CSV with a heading, or JSON (a list of rows, or one under `previous_runs` or `runs`), with the
 * columns of the API; others are left out.
 *
 * @throws UserError naming row, column and value of the first mistake.
 */
export function parseRunTable(text: string, file: string): RunConfig[] {
  const rows = /^\s*[[{]/.test(text) ? jsonRows(text, file) : csvRows(text, file);
  if (rows.length === 0) throw new UserError(`${file} holds no runs`);
  return rows.map((row, i) => configurationOf(row, i + 1, file));
}

function configurationOf(row: Row, number: number, file: string): RunConfig {
  const values = FIELDS.map((field) => {
    const name = WIRE_NAMES[field];
    const given = row[name];
    if (given === undefined || given === "")
      throw new UserError(`${file}: row ${number} has no ${name}; a run needs ${Object.values(WIRE_NAMES).join(", ")}`);
    const value = typeof given === "number" ? given : parseQuantity(String(given));
    if (value === undefined || !Number.isFinite(value))
      throw new UserError(`${file}: row ${number}, column ${name}: ${JSON.stringify(given)} is not a number`);
    return [field, value] as const;
  });
  return Object.fromEntries(values) as unknown as RunConfig;
}

function jsonRows(text: string, file: string): Row[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file}: not JSON: ${(error as Error).message}`);
  }
  const record = value as { readonly previous_runs?: unknown; readonly runs?: unknown };
  const rows = Array.isArray(value) ? value : (record.previous_runs ?? record.runs);
  if (!Array.isArray(rows) || rows.some((row) => typeof row !== "object" || row === null))
    throw new UserError(`${file}: expected a list of runs, or one under "previous_runs" or "runs"`);
  return rows;
}

function csvRows(text: string, file: string): Row[] {
  try {
    return parse(text, { columns: (heads: string[]) => heads.map((head) => head.trim()), trim: true, bom: true });
  } catch (error) {
    throw new UserError(`${file}: ${(error as Error).message}`);
  }
}
