import { UserError } from "../task/errors.ts";
import type { Cell, RawTable } from "./cells.ts";

type Row = Readonly<Record<string, unknown>>;

/** Rows of a JSON document: objects, and by index why others are none. */
interface Rows {
  readonly rows: readonly (Row | undefined)[];
  readonly strays: ReadonlyMap<number, string>;
}

/**
 * Reads a JSON document, an array or an object: rows as objects in an array, under a name (`previous_runs`, `runs`, any
 * other), by name (`{"run1": {…}}`), or as columns (`{"N": […], "loss": […]}`); or JSON lines, an object a line. What is
 * nested is named by its path: `config.lr`.
 *
 * @throws UserError when it is no JSON or holds no rows.
 */
export function parseJson(text: string): RawTable {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    document = parseLoose(text);
    // An array that was cut off must not pass for lines of its last rows.
    const isLines = document === undefined && !text.trimStart().startsWith("[");
    const lines = isLines ? parseJsonLines(text) : undefined;
    if (lines) return lines;
    if (document === undefined) throw new UserError(`the runs table is not JSON: ${(error as Error).message}`);
  }
  return tableOf(checked(rowsIn(document as readonly unknown[] | Row)));
}

/**
 * Reads JSON lines; other lines than objects (a number, a sentence of a log, half an object) are no rows.
 *
 * @returns undefined when the text is something else.
 */
export function parseJsonLines(text: string): RawTable | undefined {
  const strays = new Map<number, string>();
  const rows: (Row | undefined)[] = [];
  let [objects, broken] = [0, 0];
  for (const line of text.split("\n")) {
    const plain = line.trim();
    if (plain === "") continue;
    const opens = plain.startsWith("{");
    const value = opens ? parseLoose(plain) : undefined;
    if (isRow(value)) {
      objects++;
      rows.push(value);
      continue;
    }
    if (opens) broken++;
    strays.set(rows.length, opens ? "half a line of JSON" : "not a line of JSON");
    rows.push(undefined);
  }
  return objects > broken ? tableOf({ rows, strays }) : undefined;
}

/** JSON in which NaN and Infinity may stand, as Python writes them; undefined when it is none. */
function parseLoose(text: string): unknown {
  const plain = /NaN|Infinity/.test(text)
    ? text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) => (part.startsWith('"') ? part : "null"))
    : text;
  try {
    return JSON.parse(plain);
  } catch {
    return undefined;
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rowsIn(document: readonly unknown[] | Row): readonly unknown[] {
  if (!isRow(document)) return withHeader(document) ?? document;
  const { columns, data, previous_runs, runs } = document;
  if (Array.isArray(columns) && Array.isArray(data)) return withHeader([columns, ...data]) ?? data;
  if (Array.isArray(previous_runs)) return previous_runs;
  if (Array.isArray(runs)) return runs;
  const lists = Object.entries(document).filter(([, value]) => Array.isArray(value)) as [string, unknown[]][];
  if (lists.length > 1 && lists.length === Object.keys(document).length) {
    const length = lists[0]![1].length;
    if (lists.every(([, values]) => values.length === length && !values.some(isRow)))
      return Array.from({ length }, (_, i) => Object.fromEntries(lists.map(([name, values]) => [name, values[i]])));
  }
  const ofRows = lists.filter(([, values]) => values.some(isRow));
  // Several lists are groups of runs, such as one for each budget.
  if (ofRows.length > 1)
    return ofRows.flatMap(([group, values]) => values.map((value) => (isRow(value) ? { group, ...value } : value)));
  if (ofRows[0]) return ofRows[0][1];
  const objects = Object.entries(document).filter(([, value]) => isRow(value)) as [string, Row][];
  if (objects.length > 0 && objects.length === Object.keys(document).length) return namedRows(objects);
  if (Object.values(document).some((value) => typeof value === "number")) return [document];
  throw new UserError('the JSON holds no runs: expected an array of objects, or {"runs": [...]}');
}

/** `{"run1": {…}}`; or, as pandas writes columns, `{"N": {"0": …}}`. */
function namedRows(objects: readonly (readonly [string, Row])[]): Row[] {
  const keys = Object.keys(objects[0]![1]);
  if (objects.every(([, row]) => Object.keys(row).every((key) => /^\d+$/.test(key))))
    return keys.map((key) => Object.fromEntries(objects.map(([name, values]) => [name, values[key]])));
  return objects.map(([name, row]) => ({ run: name, ...row }));
}

/** Arrays of cells under an array of names. */
function withHeader([header, ...rows]: readonly unknown[]): Row[] | undefined {
  if (!Array.isArray(header) || !header.every((name) => typeof name === "string") || !rows.every(Array.isArray))
    return undefined;
  return (rows as unknown[][]).map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]])));
}

/** Objects as rows; others beside them are strays, alone they are a mistake. */
function checked(values: readonly unknown[]): Rows {
  const strays = new Map<number, string>();
  const rows = values.map((value, index) => {
    if (isRow(value)) return value;
    strays.set(index, "not an object with named fields");
    return undefined;
  });
  if (values.length > 0 && strays.size === values.length)
    throw new UserError(`row 1: ${JSON.stringify(values[0])} is not an object with named fields`);
  return { rows, strays };
}

function tableOf({ rows, strays }: Rows): RawTable {
  const places = new Map<string, number>();
  const cells = rows.map((row) => {
    const line: Cell[] = [];
    if (row) place(row, "", line, places);
    return line;
  });
  return { columns: [...places.keys()], repeated: new Set(), rows: cells, strays, notes: [] };
}

/** Puts the values of a row into the places of their columns; objects are followed, with their path as name. */
function place(row: Row, path: string, line: Cell[], places: Map<string, number>): void {
  for (const [key, value] of Object.entries(row)) {
    // Weights & Biases wraps the values of a configuration.
    const name = path !== "" && key === "value" ? path.slice(0, -1) : path + key;
    if (isRow(value)) {
      place(value, `${name}.`, line, places);
      continue;
    }
    let at = places.get(name);
    if (at === undefined) {
      at = places.size;
      places.set(name, at);
    }
    line[at] = value;
  }
}
