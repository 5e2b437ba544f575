import { renderSvg } from "../figure.ts";
import { typstString as quoted, typeset } from "../typst.ts";
import type { Block, Document, Table } from "./block.ts";
import { typstMath } from "./formula.ts";

/** Width of figures in points where none is asked for. */
export const FIGURE_WIDTH = 400;

/**
 * A write-up as PDF: the same bytes for the same write-up.
 *
 * @param width of figures in points. @defaultValue what fills the pages best
 * @throws Error with the diagnostics of Typst.
 */
export function writeupPdf(document: Document, width?: number): Uint8Array {
  let best: { readonly pdf: Uint8Array; readonly empty: number } | undefined;
  for (const scale of width === undefined ? FIGURE_SCALES : [1]) {
    const style = { width: Math.round(scale * (width ?? FIGURE_WIDTH)) };
    const figures = document.blocks.flatMap((block) =>
      block.kind === "figure" ? [[`${block.name}.svg`, renderSvg(block.figure, style)] as const] : [],
    );
    for (const size of TEXT_SIZES) {
      const { pdf, metadata } = typeset(typstSource(document, size), Object.fromEntries(figures));
      const empty = emptiness(metadata("end") as readonly BlockEnd[]);
      if (!best || empty < best.empty) best = { pdf, empty };
      if (empty === 0) return pdf;
    }
  }
  return (best as { readonly pdf: Uint8Array }).pdf;
}

/** Sizes of text in points and of figures, the preferred first: others are tried where pages would be left half empty. */
const TEXT_SIZES = [10.5, 10.2, 10.8, 10];
const FIGURE_SCALES = [1, 0.9, 0.82];

/** The page on which a block ends, and how far down, in points. */
interface BlockEnd {
  readonly page: number;
  readonly y: number;
}

/** Points from the top of the paper to the first line and to the last, and the share of a page that may be empty. */
const PAGE = { top: 65, bottom: 782, empty: 0.2 };

/** How empty the pages of a write-up are: the squares of what is more than may be, summed. */
function emptiness(ends: readonly BlockEnd[]): number {
  return [...Map.groupBy(ends, ({ page }) => page).values()].reduce((sum, own) => {
    const last = Math.max(...own.map(({ y }) => y));
    const excess = Math.max(0, (PAGE.bottom - last) / (PAGE.bottom - PAGE.top) - PAGE.empty);
    return sum + excess * excess;
  }, 0);
}

/**
 * The write-up in Typst; figure NAME is the file NAME.svg beside it. Texts go in as strings, so none is read as markup.
 * Figures float to the top or bottom of a page, so that text fills what they would leave.
 */
function typstSource(document: Document, size: number): string {
  const { title, subtitle, author, date, provenance, real, blocks } = document;
  const color = real ? "#b3261e" : "#0b5cad";
  const by = [author, date].filter((part) => part !== undefined).join(", ");
  return `#set document(title: ${quoted(title)}, author: ${author === undefined ? "()" : quoted(author)}, date: none)
#set page(paper: "a4", margin: (x: 2.2cm, top: 2.3cm, bottom: 2.1cm),
  header: [#text(fill: rgb("${color}"), weight: "bold", size: 8.5pt, ${quoted(provenance)}) #v(-0.6em) #line(length: 100%, stroke: 0.4pt + luma(70%))],
  footer: context align(center, text(size: 8.5pt, fill: luma(35%), counter(page).display("1 / 1", both: true))))
#set text(font: "Libertinus Serif", size: ${size}pt, lang: "en")
#set par(justify: true, leading: 0.62em, spacing: 0.95em)
#show heading: set block(above: 1.4em, below: 0.7em, sticky: true)
#set heading(numbering: "1.")
#set figure(gap: 0.6em)
#show figure: set block(above: 1.2em, below: 1.3em, breakable: false)
#show figure.caption: set text(size: 9pt)
#show figure.caption: set par(justify: false)
#show figure.where(kind: table): set figure.caption(position: top)
#show raw: set text(font: "DejaVu Sans Mono", size: 8.5pt)
#set table(stroke: (x, y) => if y == 0 { (top: 0.8pt, bottom: 0.5pt) } else { (bottom: 0.25pt + luma(80%)) }, inset: (x: 5pt, y: 3.2pt))
#align(center)[#block(below: 0.7em, text(size: 19pt, weight: "bold", ${quoted(title)})) #block(below: 0.7em, text(size: 11pt, fill: luma(30%), ${quoted(subtitle)})) #text(size: 11pt, ${quoted(by)})]
#v(0.4em)
#let end = context [#metadata((page: here().page(), y: here().position().y.pt())) <end>]
${blocks.map((block) => `${blockSource(block)}\n#end`).join("\n")}
`;
}

function blockSource(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `#heading(${quoted(block.text)})`;
    case "text":
      return `#par(text(${quoted(block.text)}))`;
    case "list":
      return `#list(${block.items.map((item) => `text(${quoted(item)})`).join(", ")})`;
    case "equation":
      return `$ ${typstMath(block.formula)} $`;
    case "code":
      return `#block(fill: luma(96%), inset: 7pt, radius: 3pt, width: 100%, breakable: false, raw(${quoted(block.text)}, block: true))`;
    case "figure":
      return `#figure(placement: auto, image("${block.name}.svg"), caption: [#strong(${quoted(`${block.figure.title}.`)}) #text(${quoted(block.caption)}) #end])`;
    case "table":
      return tableSource(block.table);
  }
}

/** Rows that one page has room for. */
const PAGE_ROWS = { normal: 34, small: 44 };

function tableSource({ caption, columns, rows, left = [], small }: Table): string {
  const align = columns.map((_, i) => (i === 0 || left.includes(i) ? "left" : "right"));
  const cell = (content: string) => `text(${quoted(content)})`;
  const head = columns.map((column) => `strong(${cell(column)})`).join(", ");
  const body = rows.map((row) => `  ${row.map(cell).join(", ")},`).join("\n");
  const wide = left.some((column) => rows.some((row) => (row[column]?.length ?? 0) > 40));
  const widths = columns.map((_, i) => (wide && left.includes(i) ? "1fr" : "auto"));
  const long = rows.length > PAGE_ROWS[small ? "small" : "normal"];
  const flow = long ? "#show figure: set block(breakable: true); " : "";
  return `#[${flow}#set text(size: ${small ? "8pt" : "9.2pt"}); #set par(justify: false)
#figure(kind: table, caption: text(${quoted(caption)}), table(columns: (${widths.join(", ")},), align: (${align.join(", ")},),
  table.header(${head}),
${body}
))]`;
}
