import { type Command, InvalidArgumentError } from "commander";
import { quoted, rowsText } from "../table/cells.ts";
import { type Columns, choiceText, parseColumns } from "../table/columns.ts";
import { readTableFile } from "../table/files.ts";
import type { Rows, TableSource } from "../table/rows.ts";
import { groupDropped } from "../table/runs.ts";
import { type Condition, parseCondition } from "../table/where.ts";
import { UserError } from "../task/errors.ts";
import type { Terminal } from "./command.ts";

/** The options of every command that reads a table of runs. */
export interface TableOptions {
  readonly columns?: Columns;
  readonly where?: readonly Condition[];
}

/** Adds `--columns` and `--where` to a command. */
export function withTableOptions(command: Command): Command {
  return command
    .option("--columns <map>", "columns by name and unit, such as N=1e6*params_m,loss=val_loss", columnMap)
    .option("--where <condition>", 'only these rows, such as state=finished or "C<1e21"; repeatable', condition);
}

/** Parses `--columns`, added to those given before. */
export function columnMap(text: string, earlier: Columns = {}): Columns {
  return { ...earlier, ...parsed(() => parseColumns(text)) };
}

function condition(text: string, earlier: readonly Condition[] = []): readonly Condition[] {
  return [...earlier, parsed(() => parseCondition(text))];
}

/** Parses names with commas between them, added to those given before; a name with a comma is quoted. */
export function columnNames(text: string, earlier: readonly string[] = []): readonly string[] {
  const names = [...text.matchAll(/\s*(?:"([^"]*)"|'([^']*)'|([^,]+))\s*(?:,|$)/g)];
  return [...earlier, ...names.map(([, double, single, bare]) => (double ?? single ?? bare)!.trim())];
}

function parsed<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    throw error instanceof UserError ? new InvalidArgumentError(`${error.message}.`) : error;
  }
}

/** Reads the files of tables. */
export function tableSources(paths: readonly string[]): TableSource[] {
  return paths.map((path) => readTableFile(path, "runs table"));
}

/** Says after a second, and every second from then on, how many rows were read. */
export function rowProgress(terminal: Terminal): (done: number) => void {
  let next = performance.now() + 1000;
  return (done) => {
    if (performance.now() < next) return;
    next = performance.now() + 1000;
    terminal.err(`  ${done} rows read\n`);
  };
}

/** What a command says of a table for a person: columns, dropped rows, notes. */
export function tableFacts({
  columns,
  dropped,
  notes,
}: Pick<Rows, "columns" | "dropped" | "notes">): [string, string][] {
  const taken = Object.entries(columns).map(([quantity, column]) => `${quantity}=${column}`);
  return [
    ["columns", taken.join(", ")],
    ...droppedLines(dropped).map((line): [string, string] => ["dropped", line]),
    ...notes.map((note): [string, string] => ["note", note]),
  ];
}

/** Dropped rows, one line for each reason. */
export function droppedLines(dropped: Rows["dropped"]): string[] {
  return groupDropped(dropped).map(
    ({ reason, rows, count }) => `${count} ${count === 1 ? "row" : "rows"}: ${reason} (${rowsText(rows)})`,
  );
}

/** The same as lines, where the report of a command has another form. */
export function tableText(file: string, table: Pick<Rows, "columns" | "dropped" | "notes">): string {
  return tableFacts(table)
    .map(([head, text]) => `${file}: ${head} ${text}\n`)
    .join("");
}

/** The options as they would be typed. */
export function tableOptionsText({ columns, where = [] }: TableOptions): [option: string, value: string][] {
  const entries = Object.entries(columns ?? {}).map(([quantity, choice]) => {
    const { column, scale } = typeof choice === "string" ? { column: choice, scale: 1 } : choice;
    return `${quantity}=${choiceText({ name: column, scale })}`;
  });
  return [
    ...(entries.length > 0 ? [["--columns", entries.join(",")] as [string, string]] : []),
    ...where.map(({ text }): [string, string] => ["--where", text]),
  ];
}

/** The same for a program. */
export function tableJson({ columns, dropped }: Pick<Rows, "columns" | "dropped">): {
  readonly columns: Rows["columns"];
  readonly dropped: ReturnType<typeof groupDropped>;
} {
  return { columns, dropped: groupDropped(dropped) };
}

/** How files are named in a report. */
export function sourceName(paths: readonly string[]): string {
  return paths.length > 3 ? `${paths.length} files` : paths.length > 1 ? quoted(paths) : paths[0]!;
}
