import { escapeHtml } from "./html.ts";

export interface Column<Row> {
  readonly title: string;
  /** What the column means, shown when the pointer rests on its title. */
  readonly hint?: string;
  text(row: Row): string;
  /** What rows are sorted by; a column without it keeps its order. */
  value?(row: Row): number | string;
}

/** A table whose columns sort on a click, in the order given until then. Needs SORT_SCRIPT on the page. */
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

/** Sorts by the clicked column: numbers from the smallest, then the other way round; missing numbers last. */
export const SORT_SCRIPT: string = `
for (const button of document.querySelectorAll("table.sortable th button")) {
  button.addEventListener("click", () => {
    const header = button.closest("th");
    const column = header.cellIndex;
    const body = header.closest("table").tBodies[0];
    const direction = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
    const keyOf = (row) => row.cells[column].dataset.value;
    const order = (a, b) => {
      const [x, y] = [Number(a), Number(b)];
      if (a === "" || b === "") return (a === "") - (b === "");
      return direction * (Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y);
    };
    body.append(...[...body.rows].sort((a, b) => order(keyOf(a), keyOf(b))));
  });
}`;
