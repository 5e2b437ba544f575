import { NodeCompiler, type NodeError } from "@myriaddreamin/typst-ts-node-compiler";
import { assetFolder } from "../assets.ts";
import { renderSvg } from "../figure.ts";
import type { Block, Document, Table } from "./block.ts";

/** A virtual folder: source and figures are passed in memory. */
const FOLDER = "/writeup";

/** A write-up as PDF: the same bytes for the same write-up. Throws an Error with the diagnostics of Typst. */
export function writeupPdf(document: Document): Uint8Array {
  const compiler = NodeCompiler.create({ workspace: FOLDER, fontArgs: [{ fontPaths: [assetFolder("fonts")] }] });
  for (const block of document.blocks) {
    if (block.kind !== "figure") continue;
    // The title goes into the caption: with it, the drawing would have two fonts, and Typst writes those in any order.
    const drawing = renderSvg({ ...block.figure, title: "" });
    compiler.mapShadow(`${FOLDER}/${block.name}.svg`, Buffer.from(drawing));
  }
  compiler.addSource(`${FOLDER}/main.typ`, typstSource(document));
  const compiled = compiler.compile({ mainFilePath: `${FOLDER}/main.typ` });
  const error = compiled.takeError();
  if (error || !compiled.result) throw new Error(`Typst could not set the write-up: ${diagnostics(compiler, error)}`);
  return compiler.pdf(compiled.result, { creationTimestamp: 0 });
}

function diagnostics(compiler: NodeCompiler, error: NodeError | null): string {
  return error ? JSON.stringify(compiler.fetchDiagnostics(error)) : "no diagnostics";
}

/**
 * The write-up in Typst; figure NAME is the file NAME.svg beside it. Texts go in as strings, so none is read as markup.
 */
function typstSource({ title, subtitle, provenance, real, blocks }: Document): string {
  const color = real ? "#b3261e" : "#0b5cad";
  return `#set document(title: ${quoted(title)}, date: none)
#let provenance = text(fill: rgb("${color}"), weight: "bold", size: 8.5pt, ${quoted(provenance)})
#set page(paper: "a4", margin: (x: 2.2cm, top: 2.4cm, bottom: 2.1cm),
  header: [#provenance #h(1fr) #text(size: 8.5pt, fill: luma(35%), ${quoted(title)}) #v(-0.6em) #line(length: 100%, stroke: 0.4pt + luma(70%))],
  footer: context [#provenance #h(1fr) #text(size: 8.5pt, fill: luma(35%), counter(page).display("1 / 1", both: true))])
#set text(font: "Libertinus Serif", size: 10.5pt, lang: "en")
#set par(justify: true, leading: 0.62em, spacing: 0.95em)
#show heading: set block(above: 1.5em, below: 0.75em)
#set heading(numbering: "1.")
#show figure.caption: set text(size: 9pt)
#show figure: set block(above: 1.2em, below: 1.4em)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.where(kind: table): set block(breakable: true)
#show raw: set text(font: "DejaVu Sans Mono", size: 8.5pt)
#set table(stroke: (x, y) => if y == 0 { (top: 0.8pt, bottom: 0.5pt) } else { (bottom: 0.25pt + luma(80%)) }, inset: (x: 5pt, y: 3.2pt))
#align(center)[#block(below: 0.7em, text(size: 19pt, weight: "bold", ${quoted(title)})) #text(size: 11pt, fill: luma(30%), ${quoted(subtitle)})]
#v(0.6em)
${blocks.map(blockSource).join("\n")}
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
      return `$ ${block.typst} $`;
    case "code":
      return `#block(fill: luma(96%), inset: 7pt, radius: 3pt, width: 100%, raw(${quoted(block.text)}, block: true))`;
    case "figure":
      return `#figure(image("${block.name}.svg", width: 88%), caption: [#strong(${quoted(`${block.figure.title}.`)}) #text(${quoted(block.caption)})])`;
    case "table":
      return tableSource(block.table);
  }
}

function tableSource({ caption, columns, rows, left = [], small }: Table): string {
  const align = columns.map((_, i) => (i === 0 || left.includes(i) ? "left" : "right"));
  const cell = (content: string) => `text(${quoted(content)})`;
  const head = columns.map((column) => `strong(${cell(column)})`).join(", ");
  const body = rows.map((row) => `  ${row.map(cell).join(", ")},`).join("\n");
  const widths = columns.map((_, i) => (left.includes(i) ? "1fr" : "auto"));
  return `#[#set text(size: ${small ? "8pt" : "9.2pt"}); #set par(justify: false)
#figure(kind: table, caption: text(${quoted(caption)}), table(columns: (${widths.join(", ")},), align: (${align.join(", ")},),
  table.header(${head}),
${body}
))]`;
}

/** A string of Typst. */
function quoted(content: string): string {
  return `"${content.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}
