import {
  AlignmentType,
  BorderStyle,
  Footer,
  Header,
  HeadingLevel,
  ImageRun,
  LineRuleType,
  MathFraction,
  MathRun,
  MathSuperScript,
  Packer,
  PageNumber,
  Paragraph,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
  Document as WordDocument,
  Math as WordMath,
  Table as WordTable,
} from "docx";
import { escapeHtml } from "../html.ts";
import type { Document, Table } from "./block.ts";
import type { Formula } from "./formula.ts";
import { type Numbered, numbered } from "./numbered.ts";

/** A figure as a picture, with its size on paper in points. */
export interface Picture {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Twentieths of a point, as Word measures. */
const [TEXT_WIDTH, MARGIN] = [9300, 1300];
const POINTS_PER_PIXEL = 0.75;
/** Rows that one page has room for. */
const ONE_PAGE = 38;

/** A write-up as a Word document; `pictures` holds each figure by its name. */
export async function writeupWord(
  document: Document,
  pictures: Readonly<Record<string, Picture>>,
): Promise<Uint8Array> {
  const { title, subtitle, author, date, provenance, real } = document;
  const color = real ? "B3261E" : "0B5CAD";
  const by = [author, date].filter((part) => part !== undefined).join(", ");
  const centered = { alignment: AlignmentType.CENTER };
  const word = new WordDocument({
    styles: {
      default: {
        document: {
          run: { font: "Cambria", size: 21 },
          paragraph: { spacing: { after: 120, line: 264, lineRule: LineRuleType.AUTO } },
        },
        title: { run: { font: "Cambria", size: 36, bold: true }, paragraph: { spacing: { after: 80 } } },
        heading1: {
          run: { font: "Cambria", size: 26, bold: true, color: "000000" },
          paragraph: { spacing: { before: 280, after: 100 }, keepNext: true },
        },
      },
    },
    sections: [
      {
        properties: {
          page: {
            size: { width: 11906, height: 16838 },
            margin: { left: MARGIN, right: MARGIN, top: 1400, bottom: 1200 },
          },
        },
        headers: {
          default: new Header({
            children: [new Paragraph({ children: [new TextRun({ text: provenance, bold: true, size: 17, color })] })],
          }),
        },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                ...centered,
                children: [
                  new TextRun({
                    children: [PageNumber.CURRENT, " / ", PageNumber.TOTAL_PAGES],
                    size: 17,
                    color: "595959",
                  }),
                ],
              }),
            ],
          }),
        },
        children: [
          new Paragraph({ ...centered, heading: HeadingLevel.TITLE, children: [new TextRun(title)] }),
          new Paragraph({ ...centered, children: [new TextRun({ text: subtitle, color: "595959" })] }),
          ...(by === "" ? [] : [new Paragraph({ ...centered, children: [new TextRun(by)] })]),
          ...numbered(document).flatMap((block) => blockContent(block, pictures)),
        ],
      },
    ],
  });
  // The library would write the time of day as the document's.
  return Packer.toBuffer(word, undefined, [{ path: "docProps/core.xml", data: properties(document) }]);
}

function properties({ title, author = "" }: Document): string {
  const day = '<dcterms:created xsi:type="dcterms:W3CDTF">1980-01-01T00:00:00Z</dcterms:created>';
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escapeHtml(title)}</dc:title><dc:creator>${escapeHtml(author)}</dc:creator>${day}</cp:coreProperties>`;
}

function blockContent(
  { block, number }: Numbered,
  pictures: Readonly<Record<string, Picture>>,
): (Paragraph | WordTable)[] {
  switch (block.kind) {
    case "heading":
      return [new Paragraph({ heading: HeadingLevel.HEADING_1, children: [new TextRun(`${number}. ${block.text}`)] })];
    case "text":
      return [new Paragraph({ children: [new TextRun(block.text)] })];
    case "list":
      return block.items.map((item) => new Paragraph({ bullet: { level: 0 }, children: [new TextRun(item)] }));
    case "equation":
      return [
        new Paragraph({
          alignment: AlignmentType.CENTER,
          children: [new WordMath({ children: wordMath(block.formula) })],
        }),
      ];
    case "code":
      return block.text.split("\n").map(
        (line) =>
          new Paragraph({
            spacing: { after: 0 },
            shading: { fill: "F2F3F5" },
            children: [new TextRun({ text: line, font: "Courier New", size: 17 })],
          }),
      );
    case "figure": {
      const picture = pictures[block.name];
      if (!picture) throw new Error(`no picture of the figure ${block.name}`);
      const { png, width, height } = picture;
      return [
        new Paragraph({
          alignment: AlignmentType.CENTER,
          keepNext: true,
          children: [
            new ImageRun({
              type: "png",
              data: png,
              transformation: { width: width / POINTS_PER_PIXEL, height: height / POINTS_PER_PIXEL },
              altText: { name: block.name, title: block.figure.title, description: block.caption },
            }),
          ],
        }),
        caption(`Figure ${number}. ${block.figure.title}.`, ` ${block.caption}`),
      ];
    }
    case "table":
      return [caption(`Table ${number}.`, ` ${block.table.caption}`, true), wordTable(block.table)];
  }
}

function caption(label: string, text: string, keepNext = false): Paragraph {
  return new Paragraph({
    keepNext,
    spacing: { before: keepNext ? 160 : 0, after: keepNext ? 60 : 200 },
    children: [new TextRun({ text: label, bold: true, size: 18 }), new TextRun({ text, size: 18 })],
  });
}

function wordTable({ columns, rows, left = [], small }: Table): WordTable {
  const size = small ? 15 : 18;
  const line = { style: BorderStyle.SINGLE, size: 4, color: "808080" };
  const none = { style: BorderStyle.NONE, size: 0, color: "auto" };
  const cell = (text: string, i: number, bold: boolean, keepNext: boolean) =>
    new TableCell({
      margins: { left: 60, right: 60, top: 20, bottom: 20 },
      borders: { left: none, right: none, top: bold ? line : none, bottom: bold ? line : { ...line, color: "D0D0D0" } },
      children: [
        new Paragraph({
          alignment: i === 0 || left.includes(i) ? AlignmentType.LEFT : AlignmentType.RIGHT,
          spacing: { after: 0, line: 240, lineRule: LineRuleType.AUTO },
          keepNext,
          children: [new TextRun({ text, bold, size })],
        }),
      ],
    });
  return new WordTable({
    width: { size: TEXT_WIDTH, type: WidthType.DXA },
    columnWidths: widths(columns, rows),
    rows: [
      new TableRow({
        tableHeader: true,
        cantSplit: true,
        children: columns.map((text, i) => cell(text, i, true, true)),
      }),
      ...rows.map(
        (row, r) =>
          new TableRow({
            cantSplit: true,
            // All rows of a table that fits a page stay together.
            children: row.map((text, i) => cell(text, i, false, rows.length <= ONE_PAGE && r < rows.length - 1)),
          }),
      ),
    ],
  });
}

/** Widths of columns by their longest text, words that wrap counted less. */
function widths(columns: readonly string[], rows: readonly (readonly string[])[]): number[] {
  const lengths = columns.map((column, i) => {
    const longest = Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0));
    return 2 + Math.min(longest, 40);
  });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return lengths.map((length) => Math.floor((TEXT_WIDTH * length) / total));
}

type MathPart = MathRun | MathSuperScript | MathFraction;

function wordMath(formula: Formula): MathPart[] {
  return formula.map((piece) => {
    switch (piece.kind) {
      case "power":
        return new MathSuperScript({ children: wordMath(piece.base), superScript: wordMath(piece.exponent) });
      case "fraction":
        return new MathFraction({ numerator: wordMath(piece.over), denominator: wordMath(piece.under) });
      default:
        return new MathRun(piece.text);
    }
  });
}
