/** A column of a table: numbers stand to the right, words to the left. */
export interface TableColumn {
  readonly head: string;
  /** Left-aligned, and broken between words where the line would be too long. */
  readonly words?: true;
  /** Where lines are too long, columns with the highest number are left out first; without a number never. */
  readonly drop?: number;
}

/** A column whose width is known before its rows are. */
export interface SizedColumn extends TableColumn {
  readonly width: number;
}

/** A table that fits a width, printed line by line. */
export interface TableLayout {
  readonly head: string;
  /** A row, cells in the order of all columns: without a line feed at its end, in several lines where words are broken. */
  line(cells: readonly string[]): string;
  /** Heads of the columns that did not fit. */
  readonly left: readonly string[];
}

/** Words are broken into lines no shorter than this. */
const LEAST_WORDS = 24;
const GAP = "  ";

/** Leaves out columns until a line has at most `width` characters; the last column of words takes what is left. */
export function tableLayout(columns: readonly SizedColumn[], width: number): TableLayout {
  const least = ({ words, width: own }: SizedColumn) => (words ? Math.min(own, LEAST_WORDS) : own);
  const total = (of: readonly SizedColumn[], size: (column: SizedColumn) => number) =>
    of.reduce((sum, column) => sum + size(column), GAP.length * (of.length - 1));
  let shown = columns;
  for (;;) {
    const most = Math.max(...shown.map(({ drop }) => drop ?? 0));
    if (total(shown, least) <= width || most === 0) break;
    shown = shown.filter(({ drop }) => drop !== most);
  }
  const last = shown.findLastIndex(({ words }) => words);
  const rest = width - total(shown.toSpliced(last, 1), ({ width: own }) => own) - GAP.length;
  const widths = shown.map((column, i) =>
    i === last ? Math.max(least(column), Math.min(column.width, rest)) : column.width,
  );
  const places = shown.map((column) => columns.indexOf(column));
  const joined = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (shown[i]!.words ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join(GAP)
      .trimEnd();
  return {
    head: joined(shown.map(({ head }) => head)),
    line(cells) {
      const parts = places.map((place, i) =>
        i === last ? wrapped(cells[place] ?? "", widths[i]!) : [cells[place] ?? ""],
      );
      const height = Math.max(1, ...parts.map(({ length }) => length));
      return Array.from({ length: height }, (_, row) => joined(parts.map((lines) => lines[row] ?? ""))).join("\n");
    },
    left: columns.filter((column) => !shown.includes(column)).map(({ head }) => head),
  };
}

/** A table that fits a width, with a line feed at its end; a last line names the columns that were left out. */
export function fittedTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number = Number.POSITIVE_INFINITY,
): string {
  const sized = columns.map((column, i) => ({
    ...column,
    width: Math.max(column.head.length, ...rows.map((row) => (row[i] ?? "").length)),
  }));
  const { head, line, left } = tableLayout(sized, width);
  return `${[head, ...rows.map(line)].join("\n")}\n${leftOut(left, width)}`;
}

/** Names the columns that were left out; nothing where there are none. */
export function leftOut(left: readonly string[], width: number): string {
  return left.length === 0 ? "" : `${wrapped(`Not shown: ${left.join(", ")}; --wide shows them.`, width).join("\n")}\n`;
}

/** Rows of cells as lines, each column padded to its widest cell; the `numeric` columns are right-aligned. */
export function alignedRows(rows: readonly (readonly string[])[], numeric: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (numeric.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join(GAP)
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

/** A table under its head, without a line feed at its end: the first `words` columns left-aligned, the others right. */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[], words = 0): string {
  const numeric = [...head.keys()].filter((column) => column >= words);
  return alignedRows([head, ...rows], numeric).trimEnd();
}

/** A text in lines of at most `width` characters, broken between words; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length > 0 ? lines : [""];
}

/** Colors, which take no room. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const COLOR = /\u001b\[[\d;]*m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor is no text
const MOVES = /[\r\u001b\u0007]/;

/**
 * Breaks long lines of text between words; further lines begin under the text of the first. Left as they are: JSON,
 * commands to be copied (lines that begin with two blanks and a program's name), and what moves the cursor.
 */
export function fitText(text: string, width: number): string {
  if (!Number.isFinite(width) || /^[[{]/.test(text)) return text;
  return text
    .split("\n")
    .map((line) => {
      const plain = line.replaceAll(COLOR, "");
      if (plain.length <= width || MOVES.test(plain) || /^ {2}(isoflop|npm|npx|curl|node) /.test(line)) return line;
      const hang = /^ *\S.*? {2,}(?=\S)/.exec(line)?.[0].length ?? 0;
      const start = hang > 0 && hang <= width / 2 ? hang : /^ */.exec(line)![0].length;
      const lines = wrapped(line.slice(start), width - start);
      return lines.map((part, i) => `${i === 0 ? line.slice(0, start) : " ".repeat(start)}${part}`).join("\n");
    })
    .join("\n");
}
