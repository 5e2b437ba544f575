import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Columns } from "../../src/table/columns.ts";
import { type Rows, readRows } from "../../src/table/rows.ts";
import { hasSharedData, sharedData } from "../shared-data.ts";

/** A published table of docs/data.md, and the columns that its own names do not tell. */
export interface TableFile {
  readonly file: string;
  readonly columns?: Columns;
}

export const TABLES: readonly TableFile[] = [
  { file: "tables/farseer.csv" },
  { file: "fits/isoflop-experiments.csv" },
  { file: "replay/marin_isoflop_comma.csv" },
  { file: "replay/marin_isoflop_dclm.csv" },
  { file: "tables/porian_isoflop_points.csv" },
  { file: "replay/gemstones.jsonl" },
  { file: "replay/mlfoundations-104.csv" },
  { file: "replay/steplaw-dense.csv", columns: { loss: "smooth loss" } },
  { file: "tables/steplaw-moe.csv", columns: { loss: "smooth loss", N: "Na" } },
  { file: "tables/oellm.csv" },
];

/** The tables that are there, or those of a list. */
export function tablesNamed(files: readonly string[]): TableFile[] {
  const named = files.map((file) => TABLES.find((table) => basename(table.file).includes(basename(file))) ?? { file });
  return files.length > 0 ? named : TABLES.filter(({ file }) => hasSharedData(file));
}

/** Reads a table of the data folder, or any other by its path. */
export function rowsOf({ file, columns }: TableFile): { readonly rows: Rows; readonly stem: string } {
  const path = hasSharedData(file) ? sharedData(file) : file;
  const rows = readRows([{ name: file, text: readFileSync(path, "utf8") }], columns ? { columns } : {});
  return { rows, stem: basename(file).replace(/\.\w+$/, "") };
}
