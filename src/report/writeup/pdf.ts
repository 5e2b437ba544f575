import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { NodeCompiler, type NodeError } from "@myriaddreamin/typst-ts-node-compiler";
import { renderSvg } from "../figure.ts";
import type { Document } from "./block.ts";
import { typstSource } from "./typst-source.ts";

/** Nothing is read from here: source and figures are handed over in memory. */
const FOLDER = "/writeup";

/** A write-up as PDF: the same bytes for the same write-up. Throws an Error with the diagnostics of Typst. */
export function writeupPdf(document: Document): Uint8Array {
  const fonts = join(dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")), "ttf");
  const compiler = NodeCompiler.create({ workspace: FOLDER, fontArgs: [{ fontPaths: [fonts] }] });
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
