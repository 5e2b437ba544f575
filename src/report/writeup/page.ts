import { escapeHtml, htmlPage, inlineFigure } from "../html.ts";
import type { Block, Document, Table } from "./block.ts";
import { mathml } from "./formula.ts";

/** A write-up as one HTML page that needs nothing beside it. */
export function writeupPage({ title, subtitle, provenance, real, blocks }: Document): string {
  const color = real ? "#b3261e" : "#0b5cad";
  // Fixed boxes are repeated on every page that a browser prints.
  const ribbon = `position:fixed;top:0;left:0;right:0;padding:.25rem 1rem;background:${color};color:#fff;font-weight:600;font-size:.8rem;text-align:center;z-index:1`;
  return htmlPage({
    title,
    body: `<div style="${ribbon}" role="note">${escapeHtml(provenance)}</div>
<h1 style="margin-top:1.5rem">${escapeHtml(title)}</h1>
<p class="soft">${escapeHtml(subtitle)}</p>
${blocks.map(blockHtml).join("\n")}`,
  });
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h2>${escapeHtml(block.text)}</h2>`;
    case "text":
      return `<p>${escapeHtml(block.text)}</p>`;
    case "list":
      return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
    case "equation":
      return `<p><math display="block">${mathml(block.formula)}</math></p>`;
    case "code":
      return `<pre class="scroll">${escapeHtml(block.text)}</pre>`;
    case "figure":
      return `${inlineFigure(block.figure)}<p class="soft"><small>${escapeHtml(block.caption)}</small></p>`;
    case "table":
      return tableHtml(block.table);
  }
}

function tableHtml({ caption, columns, rows, left = [] }: Table): string {
  const cell = (tag: "th" | "td", content: string, i: number) =>
    `<${tag}${left.includes(i) ? ' style="text-align:left;white-space:normal"' : ""}>${escapeHtml(content)}</${tag}>`;
  const line = (tag: "th" | "td", row: readonly string[]) =>
    `<tr>${row.map((content, i) => cell(tag, content, i)).join("")}</tr>`;
  return `<p class="soft"><small>${escapeHtml(caption)}</small></p>
<div class="scroll"><table><thead>${line("th", columns)}</thead><tbody>${rows.map((row) => line("td", row)).join("")}</tbody></table></div>`;
}
