import { writeFileSync } from "node:fs";
import { makeFolderOf } from "../../table/files.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { loadTable } from "../load-world.ts";
import { plainTable } from "../table.ts";
import { type TableOptions, tableJson } from "../table-options.ts";

/** The options of `isoflop worlds from`, parsed. */
export interface WorldsFromOptions extends CommonOptions, TableOptions {
  readonly out?: string;
}

/** Makes the worlds of a table, and prints one table of what was made and of what was left out and why. */
export async function worldsFrom(file: string, options: WorldsFromOptions, terminal: Terminal): Promise<void> {
  const { worlds, made, leftOut, rows } = await loadTable(file, options, terminal);
  if (options.out !== undefined) {
    makeFolderOf(options.out);
    writeFileSync(options.out, `${JSON.stringify({ worlds }, null, 1)}\n`);
  }
  if (options.json) {
    terminal.out(`${JSON.stringify({ worlds: made, leftOut, ...tableJson(rows) }, null, 2)}\n`);
    return;
  }
  const head = ["world or reason", "question", "rows", "levels", "error", "tie"];
  const lines = [
    ...made.map(({ name, question, rows: count, levels, truthError, tie }) => [
      name,
      question,
      String(count),
      String(levels),
      truthError.toFixed(4),
      tie.toFixed(4),
    ]),
    ...leftOut.map(({ rows: count, reason }) => [reason, "left out", String(count), "", "", ""]),
  ];
  terminal.out(`${plainTable(head, lines, 2)}\n`);
  if (options.out !== undefined)
    terminal.out(`wrote ${options.out}; to play them: isoflop compare --suite ${options.out}\n`);
}
