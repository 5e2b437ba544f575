import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../table/files.ts";
import { renderPng, renderSvg, sizeInPoints } from "../figure.ts";
import { writeFigure } from "../figure-files.ts";
import type { Document } from "./block.ts";
import type { Format } from "./formats.ts";
import { writeupLatex } from "./latex.ts";
import { writeupMarkdown } from "./markdown.ts";
import { writeupPage } from "./page.ts";
import { FIGURE_WIDTH, writeupPdf } from "./pdf.ts";

/** Formats whose figures are files beside them. */
const WITH_FIGURES: readonly Format[] = ["md", "tex"];
const DOTS = 300;
/** Points of a line of text on A4: a wider figure is scaled down to it. */
const LINE = 460;

/** Of figures on paper. */
interface Widths {
  /** Points. @defaultValue what suits the page */
  readonly width?: number;
}

/** The names of the files that `writeDocument` writes, the write-up itself first; a width asks for figures as files. */
export function writtenNames(document: Document, formats: readonly Format[], { width }: Widths = {}): string[] {
  const beside = width !== undefined || formats.some((format) => WITH_FIGURES.includes(format));
  const figures = beside ? figuresOf(document) : [];
  return [
    ...formats.map((format) => `writeup.${format}`),
    ...figures.flatMap(({ name }) => ["svg", "png", "pdf"].map((ending) => `figures/${name}.${ending}`)),
  ];
}

/** Writes a write-up to a folder that exists, in each of these formats. */
export async function writeDocument(
  folder: string,
  document: Document,
  formats: readonly Format[],
  widths: Widths = {},
): Promise<void> {
  if (writtenNames(document, formats, widths).length > formats.length) {
    makeFolder(join(folder, "figures"));
    const style = { width: widths.width ?? FIGURE_WIDTH };
    for (const { name, figure } of figuresOf(document)) writeFigure(join(folder, "figures", name), figure, style);
  }
  for (const format of formats)
    writeFileSync(join(folder, `writeup.${format}`), await contentOf(document, format, widths));
}

async function contentOf(document: Document, format: Format, { width }: Widths): Promise<string | Uint8Array> {
  switch (format) {
    case "pdf":
      return writeupPdf(document, width === undefined ? undefined : Math.min(width, LINE));
    case "html":
      return writeupPage(document);
    case "md":
      return writeupMarkdown(document);
    case "tex":
      return writeupLatex(document, (width ?? FIGURE_WIDTH) > LINE);
    case "docx": {
      const style = { width: Math.min(width ?? FIGURE_WIDTH, LINE) };
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
