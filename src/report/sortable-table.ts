import { escapeHtml } from "./html.ts";

export interface Column<Row> {
  readonly title: string;
  /** What the column means, shown when the pointer rests on its title. */
  readonly hint?: string;
  text(row: Row): string;
  /** What rows are sorted by; a column without it keeps its order. */
  value?(row: Row): number | string;
}

/** A table in the order given, whose columns sort on a click where the page has `sortTables` in its script. */
export function sortableTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const head = columns.map(({ title, hint, value }) => {
    const text = escapeHtml(title);
    return `<th scope="col"${hint ? ` title="${escapeHtml(hint)}"` : ""}>${value ? `<button type="button">${text}</button>` : text}</th>`;
  });
  const body = rows.map((row) => {
    const cells = columns.map(({ text, value }) => {
      const sortKey = value ? ` data-value="${escapeHtml(String(value(row)))}"` : "";
      return `<td${sortKey}>${escapeHtml(text(row))}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="scroll"><table class="sortable"><thead><tr>${head.join("")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}
