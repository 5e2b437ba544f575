import { writeFileSync } from "node:fs";
import { type Figure, type FigureStyle, renderPng, renderSvg, sizeInPoints } from "./figure.ts";
import { typeset } from "./typst.ts";

/** Dots per inch of a PNG that goes on paper, and of one for a screen. */
const DOTS = { paper: 300, screen: 192 };

/** Writes a figure as SVG, PNG and PDF to a path without its extension; returns the three paths. */
export function writeFigure(path: string, figure: Figure, style: FigureStyle = {}): string[] {
  return writeDrawing(path, renderSvg(figure, style), style.width === undefined ? DOTS.screen : DOTS.paper);
}

/** Writes a drawing as `writeFigure` does. */
export function writeDrawing(path: string, svg: string, dots: number = DOTS.screen): string[] {
  const files = { svg, png: renderPng(svg, dots / 96), pdf: svgPdf(svg) };
  return Object.entries(files).map(([extension, content]) => {
    writeFileSync(`${path}.${extension}`, content);
    return `${path}.${extension}`;
  });
}

/** A drawing as PDF on one page of its own size; text stays text. */
export function svgPdf(svg: string): Uint8Array {
  const { width, height } = sizeInPoints(svg);
  const source = `#set document(date: none)
#set page(width: ${width}pt, height: ${height}pt, margin: 0pt)
#image("figure.svg", width: 100%)`;
  return typeset(source, { "figure.svg": svg }).pdf;
}
