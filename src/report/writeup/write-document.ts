import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../table/files.ts";
import { type FigureStyle, renderPng, renderSvg, sizeInPoints } from "../figure.ts";
import { writeFigure } from "../figure-files.ts";
import type { Document } from "./block.ts";
import type { Format } from "./formats.ts";
import { writeupLatex } from "./latex.ts";
import { writeupMarkdown } from "./markdown.ts";
import { writeupPage } from "./page.ts";
import { writeupPdf } from "./pdf.ts";

/** Width of figures in points where none is asked for: what a page of text has room for, captions beside nothing. */
export const FIGURE_WIDTH = 400;
/** Formats whose figures are files beside them; or all, where a width says that they are wanted for a paper. */
const WITH_FIGURES: readonly Format[] = ["md", "tex"];
const DOTS = 300;

/** The names of the files that `writeDocument` writes, the write-up itself first. */
export function writtenNames(document: Document, formats: readonly Format[], { width }: FigureStyle = {}): string[] {
  const beside = width !== undefined || formats.some((format) => WITH_FIGURES.includes(format));
  const figures = beside
    ? figuresOf(document).flatMap(({ name }) => ["svg", "png", "pdf"].map((ending) => `figures/${name}.${ending}`))
    : [];
  return [...formats.map((format) => `writeup.${format}`), ...figures];
}

/** Writes a write-up to a folder that exists, in each of these formats. */
export async function writeDocument(
  folder: string,
  document: Document,
  formats: readonly Format[],
  { width }: FigureStyle = {},
): Promise<void> {
  const style = { width: width ?? FIGURE_WIDTH };
  if (
    writtenNames(document, formats, { ...(width !== undefined && { width }) }).some((name) =>
      name.startsWith("figures/"),
    )
  ) {
    makeFolder(join(folder, "figures"));
    for (const { name, figure } of figuresOf(document)) writeFigure(join(folder, "figures", name), figure, style);
  }
  for (const format of formats)
    writeFileSync(join(folder, `writeup.${format}`), await contentOf(document, format, style));
}

async function contentOf(
  document: Document,
  format: Format,
  style: { readonly width: number },
): Promise<string | Uint8Array> {
  switch (format) {
    case "pdf":
      return writeupPdf(document, style);
    case "html":
      return writeupPage(document);
    case "md":
      return writeupMarkdown(document);
    case "tex":
      return writeupLatex(document);
    case "docx": {
      const pictures = figuresOf(document).map(({ name, figure }) => {
        const svg = renderSvg(figure, style);
        return [name, { png: renderPng(svg, DOTS / 96), ...sizeInPoints(svg) }] as const;
      });
      // Loaded only here: the library is large.
      const { writeupWord } = await import("./word.ts");
      return writeupWord(document, Object.fromEntries(pictures));
    }
  }
}

function figuresOf({ blocks }: Document) {
  return blocks.filter((block) => block.kind === "figure");
}
