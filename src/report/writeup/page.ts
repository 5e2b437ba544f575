import { escapeHtml, htmlPage, inlineFigure } from "../html.ts";
import type { Document, Table } from "./block.ts";
import { mathml } from "./formula.ts";
import { type Numbered, numbered } from "./numbered.ts";

/** Width of a figure on a phone in points: 340 pixels. */
const PHONE = 255;

/** A write-up as one HTML page that needs nothing beside it. */
export function writeupPage(document: Document): string {
  const { title, subtitle, author, date, provenance, real } = document;
  const by = [author, date].filter((part) => part !== undefined).join(", ");
  return htmlPage({
    title,
    body: `<style>${STYLE}</style>
<div class="provenance ${real ? "real" : "simulated"}" role="note">${escapeHtml(provenance)}</div>
<h1>${escapeHtml(title)}</h1>
<p class="soft">${escapeHtml(subtitle)}</p>
${by === "" ? "" : `<p>${escapeHtml(by)}</p>`}
${numbered(document).map(blockHtml).join("\n")}`,
  });
}

// A fixed box is repeated on every page that a browser prints.
const STYLE = `
main { max-width: 50rem; padding-top: 3.5rem; } p { max-width: none; }
.provenance { position: fixed; inset: 0 0 auto; padding: .25rem 1rem; color: #fff; font-weight: 600; font-size: .8rem; text-align: center; z-index: 1; }
.real { background: #b3261e; } .simulated { background: #0b5cad; }
h1 { overflow-wrap: anywhere; } math[display=block] { display: block math; overflow-x: auto; overflow-y: hidden; margin: .9rem 0; }
figure { margin: 1.6rem 0; } figcaption { font-size: .875rem; color: var(--soft); margin: .4rem 0; }
figure figure { margin: 0; overflow: visible; } .narrow { display: none; }
th, td { padding: .35rem .6rem; } td.words, th.words { text-align: left; white-space: normal; min-width: 9rem; }
pre { background: var(--band); padding: .7rem; border-radius: 6px; font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 600px) { .wide { display: none; } .narrow { display: block; } main { padding-inline: .9rem; } table { font-size: .8rem; } th, td { padding: .3rem .35rem; } th { white-space: normal; } }
@media print { figure, table, pre { break-inside: avoid; } h2 { break-after: avoid; } .wide { display: block; } .narrow { display: none; } }
`;

function blockHtml({ block, number }: Numbered): string {
  switch (block.kind) {
    case "heading":
      return `<h2>${number}. ${escapeHtml(block.text)}</h2>`;
    case "text":
      return `<p>${escapeHtml(block.text)}</p>`;
    case "list":
      return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
    case "equation":
      return `<math display="block">${mathml(block.formula)}</math>`;
    case "code":
      return `<pre>${escapeHtml(block.text)}</pre>`;
    case "figure": {
      const label = `<strong>Figure ${number}. ${escapeHtml(block.figure.title)}.</strong>`;
      return `<figure><div class="wide">${inlineFigure(block.figure, { title: false })}</div><div class="narrow">${inlineFigure(block.figure, { width: PHONE })}</div>
<figcaption>${label} ${escapeHtml(block.caption)}</figcaption></figure>`;
    }
    case "table":
      return tableHtml(block.table, number);
  }
}

function tableHtml({ caption, columns, rows, left = [] }: Table, number: number | undefined): string {
  const cell = (tag: "th" | "td", content: string, i: number) =>
    `<${tag}${left.includes(i) ? ' class="words"' : ""}>${escapeHtml(content)}</${tag}>`;
  const line = (tag: "th" | "td", row: readonly string[]) =>
    `<tr>${row.map((content, i) => cell(tag, content, i)).join("")}</tr>`;
  return `<figure><figcaption><strong>Table ${number}.</strong> ${escapeHtml(caption)}</figcaption>
<div class="scroll" tabindex="0"><table><thead>${line("th", columns)}</thead><tbody>${rows.map((row) => line("td", row)).join("")}</tbody></table></div></figure>`;
}
