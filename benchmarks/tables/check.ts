// Checks copies of the public tables that tests and benchmarks read: `node --import tsx benchmarks/tables/check.ts FOLDER`.
// Prints a line for each, and ends with 1 if a copy differs from the one that the package's constants were fitted to.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { sharedData } from "../shared-data.ts";
import { PUBLISHED_TABLES, type PublishedTable } from "./published.ts";

/** What is wrong with a copy of a table; undefined if it has the same bytes. */
export function faultOf(table: PublishedTable, copy: Buffer): string | undefined {
  if (createHash("sha256").update(copy).digest("hex") === table.sha256) return undefined;
  let records: readonly object[];
  try {
    records = recordsOf(table.file, copy.toString("utf8"));
  } catch (error) {
    return `cannot be read: ${(error as Error).message.split("\n")[0]}`;
  }
  const missing = table.columns.filter((column) => !(column in (records[0] ?? {})));
  if (missing.length > 0) return `has no ${missing.map((name) => `"${name}"`).join(", ")}`;
  if (records.length !== table.rows) return `has ${records.length} rows, not ${table.rows}`;
  return "has these rows and columns, but other values or another way to write them";
}

function recordsOf(file: string, text: string): object[] {
  if (file.endsWith(".json")) return JSON.parse(text) as object[];
  if (file.endsWith(".jsonl"))
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
  return parse(text, { columns: true, bom: true, skip_empty_lines: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? sharedData("");
  for (const table of PUBLISHED_TABLES) {
    const path = join(folder, table.file);
    const fault = existsSync(path) ? faultOf(table, readFileSync(path)) : "is not there";
    if (fault !== undefined && existsSync(path)) process.exitCode = 1;
    console.log(`${table.file} ${fault ?? `is the same: ${table.rows} rows`}`);
  }
}
