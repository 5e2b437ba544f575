/** Rows of cells as lines, each column padded to its widest cell; the `numeric` columns are right-aligned. */
export function alignedRows(rows: readonly (readonly string[])[], numeric: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (numeric.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

/** A table under its head, without a line feed at its end: the first `words` columns left-aligned, the others right. */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[], words = 0): string {
  const numeric = [...head.keys()].filter((column) => column >= words);
  return alignedRows([head, ...rows], numeric).trimEnd();
}
