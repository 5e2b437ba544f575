import type { Analysis, Group, Pair } from "../../tournament/analysis/analysis.ts";
import { isSignificant } from "../../tournament/analysis/comparisons.ts";
import { escapeHtml } from "../html.ts";

/** A table whose cells are shaded by their values, the lowest of each column strongest. */
interface HeatTable {
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

function heatTable({ corner, columns, rows, text, shade, strong, hint }: HeatTable): string {
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
function lowIsStrong(value: number, column: readonly number[]): number {
  const least = Math.max(1e-4, Math.min(...column));
  return Math.max(0, 1 - Math.log(Math.max(value, least) / least) / Math.LN10);
}

/** IQM of the regret by suite and by tag. */
export function groupsTable({ standings, groups }: Analysis): string {
  const title = ({ kind, name }: Group) => (kind === "tag" ? `#${name}` : name);
  return heatTable({
    corner: "strategy",
    columns: groups.map((group) => ({ title: `${title(group)} (${group.worlds})`, hint: `${group.worlds} worlds` })),
    rows: standings.map(({ name }) => ({ name, values: groups.map(({ regret }) => regret[name]) })),
    text: (value) => (Number.isFinite(value) ? value.toFixed(3) : "∞"),
    shade: lowIsStrong,
  });
}

/** How similarly the suites rank the strategies, in words; empty with fewer than two suites. */
export function agreementText({ agreement }: Analysis): string {
  if (agreement.length === 0) return "";
  const list = agreement.map(({ first, second, tau }) => `${first} and ${second} ${tau.toFixed(2)}`);
  return `Agreement of the rankings (Kendall's τ-b: 1 identical, 0 unrelated): ${list.join("; ")}.`;
}

/** How often the strategy of the row beats that of the column; bold where they differ significantly. */
export function pairsTable({ standings, pairs }: Analysis): string {
  const names = standings.map(({ name }) => name);
  const found = (row: string, column: string): { readonly pair: Pair; readonly probability: number } | undefined => {
    for (const pair of pairs) {
      if (pair.better === row && pair.worse === column) return { pair, probability: pair.probability };
      if (pair.better === column && pair.worse === row) return { pair, probability: 1 - pair.probability };
    }
    return undefined;
  };
  return heatTable({
    corner: "beats →",
    columns: names.map((title, i) => ({ title: `${i + 1}`, hint: title })),
    rows: names.map((row, i) => ({
      name: `${i + 1}  ${row}`,
      values: names.map((column) => found(row, column)?.probability),
    })),
    text: (value) => `${Math.round(100 * value)}`,
    shade: (value) => Math.max(0, 2 * value - 1),
    strong: (i, j) => isSignificant(found(names[i] as string, names[j] as string)?.pair ?? { p: 1 }),
    hint(i, j) {
      const { pair } = found(names[i] as string, names[j] as string) as { readonly pair: Pair };
      const ends = (of: readonly [number, number]) => of.map((end) => `${Math.round(100 * end)}`).join("–");
      return `${pair.better} in ${Math.round(100 * pair.probability)} % (new worlds ${ends(pair.newWorlds)}), p ${pair.p.toFixed(3)}`;
    },
  });
}
