import { CsvError, parse } from "csv-parse/sync";
import { UserError } from "../task/errors.ts";
import { isMissing, type RawTable } from "./cells.ts";

const DELIMITERS = [",", "\t", ";", "|"] as const;
const BLANKS = " ";
const DELIMITER_NAMES: Readonly<Record<string, string>> = { ";": "semicolons", "|": "bars", [BLANKS]: "blanks" };

/**
 * Reads a CSV with a header: cells between commas, tabs, semicolons, bars or blanks; lines of comment, an Excel `sep=;`
 * line, a title, separator rows and repeated headers are no data.
 *
 * @throws UserError when a row has more cells than the header, or a quote is never closed.
 */
export function parseCsv(text: string): RawTable {
  const notes: string[] = [];
  const stated = /^"?sep=(.)"?[ \t]*(?:\r\n|\n|\r)/i.exec(text);
  let body = stated ? text.slice(stated[0].length) : text;
  const { comments, length } = leadingComments(body);
  body = body.slice(length);
  const commented = headerInComment(comments, body, stated?.[1]);
  if (commented !== undefined) body = `${commented}\n${body}`;
  const left = commented === undefined ? comments.length : comments.length - 1;
  if (left > 0) notes.push(`${lines(left)} of comments before the header skipped`);
  const delimiter = stated?.[1] ?? delimiterOf(firstLine(body));
  if (DELIMITER_NAMES[delimiter]) notes.push(`cells stand between ${DELIMITER_NAMES[delimiter]}`);
  const records = recordsOf(body, delimiter);
  const start = headerIndex(records);
  if (start > 0) notes.push(`${lines(start)} of title before the header skipped`);
  const header = records[start] ?? [];
  const { columns, repeated } = namesOf(header);
  const rows = records.slice(start + 1);
  const strays = new Map<number, string>();
  for (const [index, cells] of rows.entries()) {
    const reason = strayReason(cells, header);
    if (reason !== undefined) strays.set(index, reason);
    else if (cells.findLastIndex((cell) => cell !== "") >= header.length)
      throw new UserError(
        `the CSV cannot be read: row ${index + 1} has ${cells.length} cells, the header has ${header.length}; put a cell that holds "${delimiter}" between quotes`,
      );
  }
  return { columns, repeated, rows, strays, notes, delimiter };
}

/** Lines that begin with `#` or `//`, and blank ones beside them, before anything else. */
function leadingComments(text: string): { readonly comments: string[]; readonly length: number } {
  const lines = [...text.matchAll(/\s*((?:#|\/\/)[^\r\n]*)(?:\s*[\r\n]|$)/gy)];
  return {
    comments: lines.map(([, comment]) => comment!),
    length: lines.reduce((sum, [line]) => sum + line.length, 0),
  };
}

/** The header that NumPy and others write as a comment: the last one, where the first row under it holds numbers only. */
function headerInComment(comments: readonly string[], body: string, stated: string | undefined): string | undefined {
  const last = comments.at(-1)?.replace(/^(?:#+|\/\/)\s*/, "");
  if (last === undefined) return undefined;
  const delimiter = stated ?? delimiterOf(firstLine(body));
  const [cells = []] = plainRecords(firstLine(body), delimiter);
  const numbers = cells.every((cell) => /^[+-]?[\d.]/.test(cell) || isMissing(cell));
  return numbers && plainRecords(last, delimiter)[0]?.length === cells.length ? last : undefined;
}

function lines(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}

function firstLine(text: string): string {
  return text.split(/[\r\n]/, 1)[0]!;
}

/** The most frequent delimiter in a header outside quotes; blanks where there is none. */
function delimiterOf(line: string): string {
  const header = line.replace(/"[^"]*"/g, "");
  const count = (mark: string) => header.split(mark).length - 1;
  const best = DELIMITERS.reduce((a, b) => (count(b) > count(a) ? b : a));
  if (count(best) > 0 || line.includes('"')) return best;
  return /\S\s+\S/.test(header) ? BLANKS : best;
}

function recordsOf(text: string, delimiter: string): string[][] {
  if (!text.includes('"')) return plainRecords(text, delimiter);
  try {
    return parse(text, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { readonly lines: number };
    throw new UserError(`the CSV cannot be read: line ${lines}: ${QUOTE_ERRORS[error.code] ?? error.message}`);
  }
}

const TEXT_AFTER_QUOTE = "text follows the closing quote of a cell; a quote inside a quoted cell is written twice";
/** What csv-parse finds wrong with quotes, in words of a table. */
const QUOTE_ERRORS: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: TEXT_AFTER_QUOTE,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: TEXT_AFTER_QUOTE,
  INVALID_OPENING_QUOTE: "a quote begins inside a cell; put the whole cell between quotes",
  CSV_QUOTE_NOT_CLOSED: "a quote is opened and not closed",
};

/** Without quotes every line is a row: ten times faster than the parser, which a table of a million rows needs. */
function plainRecords(text: string, delimiter: string): string[][] {
  const records: string[][] = [];
  for (const line of text.split(text.includes("\n") ? "\n" : "\r")) {
    if (line.trim() === "") continue;
    // Tabs at the beginning or the end of a line stand beside empty cells.
    if (delimiter === BLANKS) records.push(line.trim().split(/\s+/));
    else records.push(line.split(delimiter).map((cell) => cell.trim()));
  }
  return records;
}

/** Past titles: lines with one cell filled, before the first with more. */
function headerIndex(records: readonly (readonly string[])[]): number {
  const filled = (record: readonly string[]) => record.filter((cell) => cell !== "").length;
  const first = records.slice(0, 20).findIndex((record) => filled(record) > 1);
  return Math.max(0, first);
}

function namesOf(header: readonly string[]): { readonly columns: string[]; readonly repeated: Set<string> } {
  const seen = new Map<string, number>();
  const repeated = new Set<string>();
  const columns = header.map((given, index) => {
    const name = given || `column ${index + 1}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    if (count > 1) repeated.add(name);
    return count > 1 ? `${name} (${count})` : name;
  });
  return { columns, repeated };
}

/** Why a record is no row of data; undefined when it is one, or empty. */
function strayReason(cells: readonly string[], header: readonly string[]): string | undefined {
  const first = cells[0]!;
  if (first.startsWith("#") && !isMissing(first)) {
    if (cells.length !== header.length || cells.slice(1).every((cell) => cell === "")) return "a comment";
  }
  if (first === header[0] && cells.join("\0") === header.join("\0")) return "repeats the header";
  return undefined;
}
