import { CsvError, parse } from "csv-parse/sync";
import { UserError } from "../task/errors.ts";

/** A cell as it was written: text from a CSV, anything from JSON. */
export type Cell = unknown;

/** A table before anything in it is understood. Rows count from 1, the header of a CSV not among them. */
export interface RawTable {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

/**
 * Reads CSV (also with tabs or semicolons), a JSON array of objects, also under `previous_runs` or `runs`, or JSON lines.
 *
 * @throws UserError when the text is none of them, naming the row that is not.
 */
export function parseTable(text: string): RawTable {
  // Trimming also takes away a byte order mark.
  const start = text.trimStart();
  if (start.includes("\0")) throw new UserError("the runs table holds bytes of zero: save it as text in UTF-8");
  if (start === "") throw new UserError("the runs table is empty: expected a header and rows, or a JSON array of runs");
  const rows = start.startsWith("[") || start.startsWith("{") ? parseJson(start) : parseCsv(start);
  if (rows.length === 0) throw new UserError("the runs table has no rows");
  const columns = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) columns.add(name);
  return { columns: [...columns], rows };
}

function parseJson(text: string): RawTable["rows"] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    if (lines.length < 2 || !lines[0]!.trim().endsWith("}"))
      throw new UserError(`the runs table is not JSON: ${(error as Error).message}`);
    document = lines.map((line, index) => parseLine(line, index + 1));
  }
  const { previous_runs, runs: list } = document as { readonly previous_runs?: unknown; readonly runs?: unknown };
  const runs = Array.isArray(document) ? document : (previous_runs ?? list);
  if (!Array.isArray(runs))
    throw new UserError('the JSON holds no runs: expected an array of objects, or {"previous_runs": [...]}');
  const stray = runs.findIndex((run) => typeof run !== "object" || run === null || Array.isArray(run));
  if (stray >= 0)
    throw new UserError(`row ${stray + 1}: ${JSON.stringify(runs[stray])} is not an object with named fields`);
  return runs;
}

function parseLine(line: string, row: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new UserError(`row ${row} is not a line of JSON: ${(error as Error).message}`);
  }
}

function parseCsv(text: string): RawTable["rows"] {
  const header = text.split(/[\r\n]/, 1)[0]!.replace(/"[^"]*"/g, "");
  const count = (mark: string) => header.split(mark).length;
  const delimiter = [",", "\t", ";"].reduce((a, b) => (count(b) > count(a) ? b : a));
  const record_delimiter = ["\r\n", "\n", "\r"];
  try {
    return parse(text, { columns: namesOf, delimiter, record_delimiter, trim: true, skip_empty_lines: true });
  } catch (error) {
    if (error instanceof CsvError) throw new UserError(`the CSV cannot be read: ${error.message}`);
    throw error;
  }
}

function namesOf(header: string[]): string[] {
  const seen = new Set<string>();
  const twice = header.find((name) => name !== "" && seen.size === seen.add(name).size);
  if (twice !== undefined) throw new UserError(`column "${twice}" appears twice in the header: rename one of them`);
  return header.map((name, index) => name || `column ${index + 1}`);
}
