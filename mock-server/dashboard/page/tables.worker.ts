import { type Columns, parseColumns } from "../../../src/table/columns.ts";
import { readRows } from "../../../src/table/rows.ts";
import type { TableRun } from "../../../src/table/run-reader.ts";
import { groupDropped, runsTable } from "../../../src/table/runs.ts";
import { UserError } from "../../../src/task/errors.ts";
import { readText } from "./file-text.ts";

/** A file to be read as a table of runs, and the columns to take where its user says so. */
export interface TableJob {
  readonly number: number;
  readonly file: File;
  /** `N=params,loss=eval`, as `--columns` takes it; empty for what the names say. */
  readonly columns: string;
}

/** The runs, or why there are none. */
export type TableAnswer = { readonly number: number } & (
  | { readonly error: string }
  | {
      readonly error?: undefined;
      readonly runs: readonly TableRun[];
      /** The runs that laws are fitted to. */
      readonly best: readonly TableRun[];
      readonly notes: readonly string[];
    }
);

// Beside the page: a table of a million rows takes seconds. Nothing of it leaves the browser.
addEventListener("message", async ({ data }: MessageEvent<TableJob>) => {
  const { number } = data;
  try {
    postMessage({ number, ...(await read(data)) } satisfies TableAnswer);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    postMessage({ number, error: plain(error.message) } satisfies TableAnswer);
  }
});

async function read({ file, columns }: TableJob) {
  const given: Columns = columns.trim() === "" ? {} : parseColumns(columns);
  const rows = readRows([{ name: file.name, text: await readText(file) }], { columns: given });
  const { runs } = runsTable(rows, { keepAll: true });
  const { runs: best, accounting, notes } = runsTable(rows);
  const dropped = groupDropped(rows.dropped).map(
    ({ count, reason }) => `${count} ${count === 1 ? "row" : "rows"} left out: ${reason}`,
  );
  return { runs, best, notes: [accounting, ...notes, ...dropped].map(plain) };
}

/** The page has a field where the command line has options. */
function plain(text: string): string {
  return text.replace(/ \(--[^)]*\)/g, "").replace(/name it with --columns (\S+)/, "name it below, such as $1");
}
