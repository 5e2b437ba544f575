import { escapeHtml } from "./html.ts";

/** A table whose cells are shaded by their values, the lowest of each column strongest. */
export interface HeatTable {
  /** Over the names of the rows. */
  readonly corner: string;
  readonly columns: readonly { readonly title: string; readonly hint?: string }[];
  readonly rows: readonly { readonly name: string; readonly values: readonly (number | undefined)[] }[];
  text(value: number): string;
  /** How strongly a cell is shaded, 0 to 1. */
  shade(value: number, column: readonly number[]): number;
  /** Whether a cell stands out. */
  strong?(row: number, column: number): boolean;
  /** Shown when the pointer rests on a cell. */
  hint?(row: number, column: number): string;
}

export function heatTable({ corner, columns, rows, text, shade, strong, hint }: HeatTable): string {
  const inColumn = columns.map((_, j) => rows.flatMap(({ values }) => values[j] ?? []));
  const head = columns.map(
    ({ title, hint }) => `<th scope="col"${hint ? ` title="${escapeHtml(hint)}"` : ""}>${escapeHtml(title)}</th>`,
  );
  const body = rows.map(({ name, values }, i) => {
    const cells = values.map((value, j) => {
      if (value === undefined) return "<td></td>";
      const strength = Math.round(60 * shade(value, inColumn[j] as number[]));
      const title = hint ? ` title="${escapeHtml(hint(i, j))}"` : "";
      const words = escapeHtml(text(value));
      return `<td style="--shade:${strength}%"${title}>${strong?.(i, j) ? `<b>${words}</b>` : words}</td>`;
    });
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells.join("")}</tr>`;
  });
  return `<div class="scroll"><table class="heat"><thead><tr><th scope="col">${escapeHtml(corner)}</th>${head.join("")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

/** 1 for the least of a column, 0 for what is ten times as much. */
export function lowIsStrong(value: number, column: readonly number[]): number {
  const least = Math.max(1e-4, Math.min(...column));
  return Math.max(0, 1 - Math.log(Math.max(value, least) / least) / Math.LN10);
}
