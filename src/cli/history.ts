import { historyOf } from "../experiment/history.ts";
import { buildWorld } from "../surface/build-world.ts";
import type { WorldDocument } from "../surface/world-document.ts";
import { readRows } from "../table/rows.ts";
import { UserError } from "../task/errors.ts";
import type { Terminal } from "./command.ts";
import { rowProgress, type TableOptions, tableSources, tableText } from "./table-options.ts";

/** The help of `--history`, which several commands have. */
export const HISTORY_HELP = "a table of runs you already have: known from the start, free of charge";

/**
 * Gives worlds the runs of a table as the history of their tasks, and prints how it was read; without a table, the
 * worlds themselves. `runs` is how many there are.
 */
export function withHistoryOf(
  file: string | undefined,
  documents: readonly WorldDocument[],
  { columns, where }: TableOptions,
  terminal: Terminal,
): { readonly worlds: readonly WorldDocument[]; readonly runs: number } {
  if (file === undefined) return { worlds: documents, runs: 0 };
  try {
    const rows = readRows(tableSources([file]), { columns, where, onRows: rowProgress(terminal) });
    terminal.err(tableText(file, rows));
    const worlds = documents.map((document) => {
      const { task } = buildWorld(document);
      return { ...document, task: { ...task, history: historyOf(rows.runs, task) } };
    });
    return { worlds, runs: rows.runs.length };
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`--history ${file}: ${error.message}`);
    throw error;
  }
}
