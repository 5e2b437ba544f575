import { INK, ON_DARK_PAPER } from "./colors.ts";
import { type Figure, type FigureStyle, renderSvg } from "./figure.ts";

/** Text escaped for HTML elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/**
 * One self-contained page: its style and its script inside, nothing fetched, light or dark as the reader's system is.
 */
export function htmlPage({ title, body, script = "" }: { title: string; body: string; script?: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
${script && `<script>${script}</script>`}
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2430; --soft: #5c6370; --line: #d8dce3; --paper: #ffffff; --band: #f4f6f9; --accent: #0072b2; --faint: #aab1bd; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #a3abb8; --line: #3a4150; --paper: #161a22; --band: #1e2430; --accent: #56b4e9; --faint: #566072; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 1060px; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
p { margin: .4rem 0; max-width: 46rem; } .soft { color: var(--soft); } small { font-size: .85rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .45rem .7rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } thead th { color: var(--soft); font-weight: 600; font-size: .85rem; vertical-align: bottom; }
tbody tr:nth-child(even) { background: var(--band); }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
th[aria-sort=ascending] button::after { content: " ▲"; } th[aria-sort=descending] button::after { content: " ▼"; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; border-radius: 6px; }
.badge { display: inline-block; padding: .1rem .55rem; border: 1px solid var(--accent); color: var(--accent); border-radius: 1rem; font-size: .8rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media print { body { font-size: 11px; } main { padding: 0; max-width: none; } tbody tr { break-inside: avoid; } }
`;

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

/** The colors of the page, as its style sheet names them. */
const THEME: readonly (readonly [color: string, variable: string])[] = [
  [INK, "var(--ink)"],
  ["#1f2430", "var(--ink)"],
  ["#5c6370", "var(--soft)"],
  ["#e3e6ec", "var(--line)"],
  ["#aab1bd", "var(--faint)"],
  ["#b8bec9", "var(--faint)"],
  ["#c5cad3", "var(--line)"],
  ["#ffffff", "var(--paper)"],
  ["white", "var(--paper)"],
  ["currentColor", "var(--ink)"],
  ...[...ON_DARK_PAPER].map(([light, dark]): [string, string] => [light, `light-dark(${light},${dark})`]),
];

/** A figure inside a page: frames and words in the page's colors, light or dark; wide ones scroll on a phone. */
export function inlineFigure(figure: Figure, style: FigureStyle = {}): string {
  const themed = THEME.reduce(
    (svg, [color, variable]) => svg.replaceAll(`"${color}"`, `"${variable}"`),
    renderSvg(figure, style),
  );
  // The label of a mark's kind does not help readers, and a group has no role that a label needs.
  return `<figure class="scroll">${themed.replace(/(<(?:g|rect)\b[^>]*?) aria-label="[^"]*"/g, "$1")}</figure>`;
}
