import { createRequire } from "node:module";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { thrownText, UserError } from "../task/errors.ts";
import { assetFolder } from "./assets.ts";
import { INK } from "./colors.ts";
import { textWidth, wrappedLines } from "./text-width.ts";

/** A specification of Observable Plot with the words around it. */
export interface Figure {
  readonly title: string;
  readonly subtitle?: string;
  /** What the marks mean, drawn in a row between the heading and the plot. */
  readonly legend?: readonly LegendEntry[];
  /** Small print under the plot. */
  readonly caption?: string;
  readonly plot: Plot.PlotOptions;
}

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly mark?: "dot" | "ring" | "line" | "dashed" | "band" | "diamond";
}

const FONT = "DejaVu Sans";
const WIDTH = 760;
const HEIGHT = 480;
const TEXT = { margin: 20, title: 17, subtitle: 12.5, caption: 10.5, legend: 11.5, plot: 11.5, line: 1.35 };
/** On paper the plot's text has this many points, whatever the figure's width. */
const PAPER_TEXT = 8;
/** On paper: units of the left margin that are cut off, and margins right of the frame and under it. */
const PAPER = { left: 16, right: 18, bottom: 46 };

/** How a figure is set; without a width, for a screen. */
export interface FigureStyle {
  /** Width on paper in points: text keeps its size, and the title is left to the paper's caption. */
  readonly width?: number;
  /** False leaves title, subtitle and small print out. @defaultValue only without a width */
  readonly title?: boolean;
}

/** The figure as SVG text: the same bytes for the same figure. */
export function renderSvg(figure: Figure, { width: points, title = points === undefined }: FigureStyle = {}): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const paper = points !== undefined;
  const unit = paper ? PAPER_TEXT / TEXT.plot : 1;
  const left = paper ? PAPER.left : 0;
  const width = paper ? points / unit + left : (figure.plot.width ?? WIDTH);
  // A narrow figure is relatively higher.
  const height = figure.plot.height ?? (paper ? Math.round(0.52 * width + 62) : HEIGHT);
  const node = Plot.plot({
    marginLeft: 66,
    marginBottom: 54,
    marginTop: 26,
    marginRight: 24,
    ...figure.plot,
    ...(paper && { marginRight: PAPER.right, marginBottom: PAPER.bottom }),
    width,
    height,
    document: document as unknown as Document,
    style: { fontFamily: FONT, fontSize: `${TEXT.plot}px`, color: INK, background: "none" },
  });
  const svg = (node.tagName.toLowerCase() === "svg" ? node : node.querySelector("svg")!) as SVGElement;
  const { legend, plot, ...words } = figure;
  const right = width - (paper ? TEXT.margin - PAPER.left : TEXT.margin);
  const heading = lines({ ...(title ? words : { title: "" }), ...(legend && { legend }), plot }, right, title ? 10 : 0);
  const drawn = rounded(svg.innerHTML.replace(/<style>[\s\S]*?<\/style>/, ""));
  const inner = ownIds(paper ? smallerMarks(drawn) : drawn);
  const foot = title ? wrappedLines(figure.caption, right - TEXT.margin, TEXT.caption) : [];
  const footHeight = foot.length > 0 ? foot.length * TEXT.caption * TEXT.line + 14 : 0;
  const full = round(heading.height + height + footHeight);
  const caption = foot.map((line, index) =>
    textLine(line, heading.height + height + 6 + (index + 0.8) * TEXT.caption * TEXT.line, TEXT.caption, "#5c6370"),
  );
  const size = paper ? `width="${points}pt" height="${round(full * unit)}pt"` : `width="${width}" height="${full}"`;
  const seen = round(width - left);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="${left} 0 ${seen} ${full}" font-family="${FONT}, sans-serif" font-size="${TEXT.plot}" fill="${INK}" color="${INK}" role="img" aria-label="${escaped(figure.title)}">`,
    `<rect x="${left}" width="${seen}" height="${full}" fill="#ffffff"/>`,
    `<desc>${escaped([figure.subtitle, ...(legend ?? []).map(({ label }) => label)].filter(Boolean).join("; "))}</desc>`,
    ...heading.text,
    `<g transform="translate(0,${heading.height})" text-anchor="middle">${inner}</g>`,
    ...caption,
    "</svg>\n",
  ].join("\n");
}

/** The size of a figure's SVG on paper, in points. */
export function sizeInPoints(svg: string): { readonly width: number; readonly height: number } {
  const [, width, , height, unit] = /<svg [^>]*?width="([\d.]+)(pt)?" height="([\d.]+)(pt)?"/.exec(svg) ?? [];
  const scale = unit === "pt" ? 1 : POINTS_PER_PIXEL;
  return { width: Number(width) * scale, height: Number(height) * scale };
}

/** CSS has 96 pixels to the inch. */
const POINTS_PER_PIXEL = 0.75;

/**
 * An SVG drawn as PNG, `scale` pixels to the unit; text in the fonts that come with the package, never the system's.
 *
 * @throws UserError where the drawing program was left out of the installation.
 */
export function renderPng(svg: string, scale = 2): Uint8Array {
  const fonts = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) => join(assetFolder("fonts"), file));
  const { Resvg } = drawingProgram();
  const drawing = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { fontFiles: fonts, loadSystemFonts: false, defaultFontFamily: FONT },
  });
  return drawing.render().asPng();
}

/** Loaded only for drawing: its platform binary is optional, and everything else works without it. */
function drawingProgram(): typeof import("@resvg/resvg-js") {
  try {
    return createRequire(import.meta.url)("@resvg/resvg-js") as typeof import("@resvg/resvg-js");
  } catch (error) {
    throw new UserError(
      `a PNG needs the binary of @resvg/resvg-js, which is missing (${thrownText(error)}): install without --omit=optional; SVG works without it`,
    );
  }
}

function lines(figure: Figure, right: number, top: number): { readonly text: string[]; readonly height: number } {
  const text: string[] = [];
  let y = top;
  const width = right - TEXT.margin;
  for (const line of wrappedLines(figure.title || undefined, width, TEXT.title, true)) {
    y += TEXT.title * TEXT.line;
    text.push(textLine(line, y, TEXT.title, "#1f2430", "bold"));
  }
  for (const line of wrappedLines(figure.subtitle, width, TEXT.subtitle)) {
    y += TEXT.subtitle * TEXT.line + 1;
    text.push(textLine(line, y, TEXT.subtitle, "#5c6370"));
  }
  const legend = legendRow(figure.legend ?? [], right, y + (top > 0 ? 20 : 10));
  return { text: [...text, ...legend.text], height: legend.text.length > 0 ? legend.y + 8 : y + (top > 0 ? 8 : 0) };
}

function legendRow(
  entries: readonly LegendEntry[],
  right: number,
  top: number,
): { readonly text: string[]; readonly y: number } {
  let [x, y] = [TEXT.margin, top];
  const text = entries.map(({ label, color, mark = "dot" }) => {
    const size = 22 + textWidth(label, TEXT.legend);
    if (x > TEXT.margin && x + size > right) {
      x = TEXT.margin;
      y += TEXT.legend * 1.6;
    }
    const entry = `<g transform="translate(${round(x)},${round(y)})">${swatch(mark, color)}${textLine(label, 4, TEXT.legend, INK, "normal", 22)}</g>`;
    x += size + 14;
    return entry;
  });
  return { text, y: y + 4 };
}

function swatch(mark: NonNullable<LegendEntry["mark"]>, color: string): string {
  switch (mark) {
    case "dot":
      return `<circle cx="8" cy="0" r="4.5" fill="${color}"/>`;
    case "ring":
      return `<circle cx="8" cy="0" r="4" fill="#ffffff" stroke="${color}" stroke-width="1.8"/>`;
    case "diamond":
      return `<path d="M8,-6L13,0L8,6L3,0Z" fill="${color}"/>`;
    case "band":
      return `<rect x="0" y="-5" width="16" height="10" fill="${color}" fill-opacity="0.2"/>`;
    default:
      return `<path d="M0,0H16" stroke="${color}" stroke-width="2.2"${mark === "dashed" ? ' stroke-dasharray="4 3"' : ""}/>`;
  }
}

function textLine(line: string, y: number, size: number, fill: string, weight = "normal", x = TEXT.margin): string {
  return `<text x="${x}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}">${raisedDecimals(escaped(line), size)}</text>`;
}

/** Dots and diamonds for paper, where text is smaller relative to the figure than on a screen. */
function smallerMarks(svg: string): string {
  return svg
    .replace(
      /(<circle [^>]*?\br=")([\d.]+)"/g,
      (_, before: string, r: string) => `${before}${round(0.75 * Number(r))}"`,
    )
    .replace(/(<path [^>]*?transform="translate\([^)]*\))"/g, '$1 scale(0.75)"');
}

/** Exponents with a decimal point, which no raised sign exists for, as smaller digits above the line. */
function raisedDecimals(text: string, size: number): string {
  return text.replace(/(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+·[⁰¹²³⁴⁵⁶⁷⁸⁹]+)(&\w+;|.)?/g, (_, signs: string, next?: string) => {
    const digits = [...signs].map((sign) => "0123456789−."["⁰¹²³⁴⁵⁶⁷⁸⁹⁻·".indexOf(sign)]).join("");
    const up = round(0.36 * size);
    return `<tspan dy="-${up}" font-size="${round(0.72 * size)}">${digits}</tspan>${next === undefined ? "" : `<tspan dy="${up}">${next}</tspan>`}`;
  });
}

/** Coordinates to a thousandth, so that the last bits of a platform's arithmetic do not show. */
function rounded(svg: string): string {
  const inTag = (tag: string) => tag.replace(/-?\d+\.\d{4,}(?:e-?\d+)?/g, (digits) => String(round(Number(digits))));
  // Attributes only: a label of 0.0001 is not 0.
  return svg.replace(/<[^>]*>/g, inTag);
}

/**
 * Plot numbers its clip paths and markers by a counter of the whole process. Here their ids come from the drawing: the
 * same figure has the same ones, and figures on one page do not share any.
 */
function ownIds(svg: string): string {
  const numbers = new Map<string, number>();
  const numbered = svg.replace(PLOT_ID, (_, mark, kind, given) => {
    const number = numbers.get(`${kind}-${given}`) ?? numbers.size + 1;
    numbers.set(`${kind}-${given}`, number);
    return `${mark}${kind}-${number}`;
  });
  const drawing = crc32(numbered).toString(16);
  return numbered.replace(PLOT_ID, (_, mark, kind, number) => `${mark}${kind}-${drawing}-${number}`);
}

const PLOT_ID = /(["#])(plot-[a-z]+)-(\d+)/g;

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Text escaped for XML. */
export function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
}

const COLUMNS = 2;
const GAP = 14;
const HEADING = 66;

/** Several figures of one size on one sheet, in rows of two, under a common heading. */
export function renderSheet(title: string, subtitle: string, figures: readonly Figure[]): string {
  const panels = figures.map((figure) => renderSvg(figure));
  const sizes = panels.map((svg) => {
    const [, width, height] = /<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
    return { width: Number(width), height: Number(height) };
  });
  const width = Math.max(...sizes.map((size) => size.width));
  const rows = Array.from({ length: Math.ceil(panels.length / COLUMNS) }, (_, row) => ({
    height: Math.max(...sizes.slice(row * COLUMNS, (row + 1) * COLUMNS).map((size) => size.height)),
  }));
  const tops = rows.map((_, row) => HEADING + rows.slice(0, row).reduce((sum, { height }) => sum + height + GAP, 0));
  const full = {
    width: COLUMNS * width + (COLUMNS + 1) * GAP,
    height: (tops.at(-1) ?? 0) + (rows.at(-1)?.height ?? 0) + GAP,
  };
  const placed = panels.map((svg, index) => {
    const x = GAP + (index % COLUMNS) * (width + GAP);
    const y = tops[Math.floor(index / COLUMNS)];
    const height = rows[Math.floor(index / COLUMNS)]?.height;
    const paper = `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="#ffffff"/>`;
    return paper + svg.replace("<svg ", `<svg x="${x}" y="${y}" `);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${full.width}" height="${full.height}" viewBox="0 0 ${full.width} ${full.height}" font-family="DejaVu Sans, sans-serif" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${full.width}" height="${full.height}" fill="#f3f4f7"/>`,
    `<text x="${GAP + 6}" y="30" font-size="20" font-weight="bold" fill="#1f2430">${escaped(title)}</text>`,
    `<text x="${GAP + 6}" y="52" font-size="13" fill="#5c6370">${escaped(subtitle)}</text>`,
    ...placed,
    "</svg>\n",
  ].join("\n");
}
