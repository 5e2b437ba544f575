import { UserError } from "../task/errors.ts";
import type { RawTable } from "./cells.ts";
import { parseCsv } from "./csv.ts";
import { parseJson, parseJsonLines } from "./json.ts";

/**
 * Reads a table from its text: CSV, a JSON document or JSON lines (docs/tables.md).
 *
 * @throws UserError when the text is none of them.
 */
export function parseTable(text: string): RawTable {
  // Not `trimStart`: a header that begins with a tab has an empty name there. It also takes a byte order mark.
  const start = text.replace(/^\ufeff/, "").replace(/^(?:[^\S\r\n]*[\r\n])+/, "");
  if (start.includes("\0")) throw new UserError("the runs table contains zero bytes: save it as UTF-8 text");
  if (start.trim() === "")
    throw new UserError("the runs table is empty: expected a header and rows, or a JSON array of runs");
  const table = parseAny(start);
  if (table.rows.length === 0) throw new UserError("the runs table has no rows");
  return table;
}

function parseAny(text: string): RawTable {
  const head = text.trimStart();
  // `[12:30] epoch 1` is a line of a log.
  if (head.startsWith("{") || (/^\[\s*(?:[[{"\]\d-]|null)/.test(head) && !/^\[\d[^\]{}",]*\]\s*[A-Za-z]/.test(head)))
    return parseJson(text);
  return (/^[^\S\n]*\{/m.test(text) ? parseJsonLines(text) : undefined) ?? parseCsv(text);
}
