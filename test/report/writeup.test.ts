import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { parametric } from "../../src/fit/methods/parametric.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import { journalStrategy, reconstruct } from "../../src/flight/reconstruct.ts";
import { setNumber } from "../../src/report/axes.ts";
import type { Document } from "../../src/report/writeup/block.ts";
import { writeupDocument } from "../../src/report/writeup/document.ts";
import { FORMATS } from "../../src/report/writeup/formats.ts";
import { type WriteupNumbers, writeupNumbers } from "../../src/report/writeup/numbers.ts";
import { writeDocument, writtenNames } from "../../src/report/writeup/write-document.ts";
import { openPage, useBrowser } from "../browser/browser.ts";
import { flownShipped } from "../flight/flown.ts";
import { unzipped } from "../leaks.ts";
import { requires } from "../requires.ts";

interface WrittenUp {
  readonly numbers: WriteupNumbers;
  readonly document: Document;
  readonly folder: string;
}

/** A run of a strategy on the mock, written up in every format. */
async function writtenUp(name: string): Promise<WrittenUp> {
  const contents = readJournal(join(await flownShipped(name, "simulated"), "journal.jsonl"));
  if (!contents?.header.plan) throw new Error("no journal");
  const strategy = await journalStrategy(contents);
  const replay = await reconstruct(contents, strategy);
  const numbers = writeupNumbers(contents.header, contents.header.plan, replay, strategy.summary);
  const checklist = [{ item: "a | b_c", passed: true, detail: "50 % of {it} costs $1 & more <tag> ^~\\ 中 ñ" }];
  const document = { ...writeupDocument(numbers, checklist), author: "Zoë Müller", date: "2026-01-01" };
  const folder = mkdtempSync(join(tmpdir(), "isoflop-writeup-"));
  await writeDocument(folder, document, FORMATS);
  return { numbers, document, folder };
}

const found = new Map<string, WrittenUp>();
/** One with many budgets and comparisons, one whose runs are few, and one that bought nothing. */
const STRATEGIES = ["hyperparameters-first", "two-stage-isoflops", "literature-only"];
const of = (name: string) => found.get(name) as WrittenUp;

beforeAll(async () => {
  for (const name of STRATEGIES) found.set(name, await writtenUp(name));
});

const read = ({ folder }: WrittenUp, name: string) => readFileSync(join(folder, name), "utf8");
const wordXml = ({ folder }: WrittenUp, part: string) =>
  String(unzipped(readFileSync(join(folder, "writeup.docx"))).find(({ name }) => name === part)?.bytes);

/** What a reader reads of each format, without what its markup adds. */
const TEXTS: Readonly<Record<string, (one: WrittenUp) => string>> = {
  md: (one) => bare(read(one, "writeup.md")),
  tex: (one) => bare(unmarked(read(one, "writeup.tex"))),
  docx: (one) => bare(unescaped(wordXml(one, "word/document.xml").replace(/<[^>]+>/g, ""))),
  html: (one) => bare(unescaped(read(one, "writeup.html").replace(/<[^>]+>/g, ""))),
};

/** Letters and digits alone, raised digits as plain ones. */
function bare(text: string): string {
  return text.normalize("NFKC").replace(/[^\p{L}\p{N}]/gu, "");
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}

function unmarked(latex: string): string {
  return latex
    .replaceAll("\\alpha", "α")
    .replaceAll("\\beta", "β")
    .replace(/\\[a-zA-Z]+/g, "");
}

describe.each(STRATEGIES)("the write-up of a run of %s", (name) => {
  it("has the same figures and tables in every format, with every cell and sentence", () => {
    const one = of(name);
    const { blocks } = one.document;
    const tables = blocks.filter((block) => block.kind === "table");
    const figures = blocks.filter((block) => block.kind === "figure");
    const counts = {
      md: [read(one, "writeup.md").match(/^\*\*Table \d+\./gm), read(one, "writeup.md").match(/^!\[/gm)],
      tex: [
        read(one, "writeup.tex").match(/\\begin\{(?:tabularx?|longtable)\}/g),
        read(one, "writeup.tex").match(/\\includegraphics/g),
      ],
      docx: [
        wordXml(one, "word/document.xml").match(/<w:tbl>/g),
        wordXml(one, "word/document.xml").match(/<w:drawing>/g),
      ],
      html: [read(one, "writeup.html").match(/<table/g), read(one, "writeup.html").match(/<div class="wide">/g)],
    };
    for (const [format, [some, others]] of Object.entries(counts))
      expect([format, some?.length ?? 0, others?.length ?? 0]).toEqual([format, tables.length, figures.length]);
    const sentences = blocks.flatMap((block) =>
      block.kind === "text" || block.kind === "heading" ? block.text : block.kind === "list" ? block.items : [],
    );
    const wanted = [...sentences, ...tables.flatMap(({ table }) => [...table.columns, ...table.rows.flat()])];
    for (const [format, text] of Object.entries(TEXTS)) {
      const all = text(one);
      expect([format, wanted.filter((cell) => !all.includes(bare(cell)))]).toEqual([format, []]);
    }
  });

  it("refers to files that are there, and is well-formed XML as Word's document", () => {
    const one = of(name);
    for (const file of writtenNames(one.document, FORMATS)) expect(existsSync(join(one.folder, file))).toBe(true);
    const linked = [read(one, "writeup.md"), read(one, "writeup.tex")].flatMap((text) => [
      ...(text.match(/figures\/[\w-]+\.\w+/g) ?? []),
    ]);
    for (const file of linked)
      expect(readdirSync(join(one.folder, "figures"))).toContain(file.slice("figures/".length));
    const parts = unzipped(readFileSync(join(one.folder, "writeup.docx")));
    const targets = [...wordXml(one, "word/_rels/document.xml.rels").matchAll(/Target="(?!http)\/?([^"]+)"/g)];
    for (const [, target] of targets)
      expect(parts.map((part) => part.name)).toContain(target?.startsWith("word/") ? target : `word/${target}`);
  });
});

describe("a write-up", () => {
  it("is written again as the same bytes, but for the times and numbers that the Word library puts in", async () => {
    const one = of("hyperparameters-first");
    const again = mkdtempSync(join(tmpdir(), "isoflop-writeup-"));
    await writeDocument(again, one.document, FORMATS);
    for (const file of writtenNames(one.document, FORMATS).filter((file) => !file.endsWith(".docx")))
      expect([file, readFileSync(join(again, file)).equals(readFileSync(join(one.folder, file)))]).toEqual([
        file,
        true,
      ]);
  });

  it("prints the constants of the fit to the runs that it names, with intervals around them", () => {
    const { numbers, document } = of("hyperparameters-first");
    const { law, fitted } = numbers;
    const fit = parametric.fit(fitted.points, { targets: [numbers.target] });
    expect(law?.parameters).toEqual(fit.parameters);
    const { table } = document.blocks.find(
      (block) => block.kind === "table" && block.table.rows.some(([first]) => first === "α"),
    ) as { readonly table: { readonly rows: readonly (readonly string[])[] } };
    expect(table.rows.slice(0, 5).map((row) => row[2])).toEqual(
      ["E", "A", "B", "alpha", "beta"].map((constant) => setNumber(fit.parameters[constant] as number)),
    );
    const [low, high] = law?.intervals?.at.N ?? [Number.NaN, Number.NaN];
    expect(low).toBeLessThan(fit.optimum(numbers.target)?.N as number);
    expect(high).toBeGreaterThan(fit.optimum(numbers.target)?.N as number);
    const settings = new Set(
      numbers.runs.flatMap((run) =>
        fitted.points.some(({ loss }) => loss === run.loss) ? [`${run.learningRate}/${run.batchSize}`] : [],
      ),
    );
    expect([...settings]).toEqual([`${fitted.recipe?.learningRate}/${fitted.recipe?.batchSize}`]);
  });

  it("names every purchase in exactly one reason, and no reason twice", () => {
    for (const { numbers } of found.values()) {
      const named = numbers.purposes.flatMap(({ runs }) => runs).sort((a, b) => a - b);
      expect(named).toEqual(numbers.runs.map((_, i) => i));
      const reasons = numbers.purposes.map(({ reason }) => reason);
      expect(new Set(reasons).size).toBe(reasons.length);
      expect(reasons.length).toBeLessThanOrEqual(20);
    }
  });

  it("says of a setting beyond what was tried that it was not tested", async () => {
    const { numbers } = of("hyperparameters-first");
    const rates = numbers.runs.map(({ learningRate }) => learningRate);
    const said = (learningRate: number) => {
      const { submission } = numbers;
      const changed = { ...numbers, submission: { ...submission, config: { ...submission.config, learningRate } } };
      const sentences = writeupDocument(changed, []).blocks.flatMap((block) =>
        block.kind === "text" ? block.text : [],
      );
      return sentences.find((sentence) => sentence.startsWith("The learning rate is"));
    };
    expect(said(2 * Math.max(...rates))).toMatch(/beyond every value .* not tested/);
    expect(said(0.5 * Math.min(...rates))).toMatch(/beyond every value .* not tested/);
    expect(said(Math.max(...rates))).toMatch(/one of the values that were tried/);
  });
});

const POPPLER = existsSync("/usr/bin/pdftoppm");
const poppler = requires("pdftoppm (poppler-utils)", POPPLER);

/** Rows of a page that are not white, between its header and its footer, as a share of the page from the top. */
function lowestInk(pgm: Buffer): number {
  const [, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.subarray(0, 40).toString("latin1")) ?? [];
  const [columns, rows] = [Number(width), Number(height)];
  const pixels = pgm.subarray(pgm.length - columns * rows);
  for (let row = Math.floor(0.935 * rows); row > 0; row--)
    if (pixels.subarray(row * columns, (row + 1) * columns).some((pixel) => pixel < 200)) return row / rows;
  return 0;
}

it.skipIf(poppler.skip)(`no page of a write-up's PDF is less than a third full${poppler.note}`, () => {
  for (const [name, { folder }] of found) {
    const prefix = join(folder, "page");
    execFileSync("pdftoppm", ["-gray", "-r", "30", join(folder, "writeup.pdf"), prefix]);
    const pages = readdirSync(folder).filter((file) => file.endsWith(".pgm"));
    expect([name, pages.length]).toEqual([name, expect.toSatisfy((count: number) => count >= 2 && count <= 8)]);
    for (const page of pages)
      expect([name, page, lowestInk(readFileSync(join(folder, page)))]).toEqual([
        name,
        page,
        expect.toSatisfy((ink: number) => ink > 0.36),
      ]);
  }
});

const latex = requires("pdflatex (texlive-latex-recommended, lmodern)", existsSync("/usr/bin/pdflatex"));

it.skipIf(latex.skip)(
  `pdfLaTeX sets a write-up without an error${latex.note}`,
  () => {
    const { folder } = of("hyperparameters-first");
    execFileSync("pdflatex", ["-interaction=nonstopmode", "-halt-on-error", "-jobname=set", "writeup.tex"], {
      cwd: folder,
    });
    expect(readFileSync(join(folder, "set.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
  },
  120_000,
);

const chromium = useBrowser();

it.skipIf(chromium.skip)(
  `a phone scrolls a write-up down only, and axe finds nothing serious${chromium.note}`,
  async () => {
    for (const { folder } of found.values()) {
      const address = pathToFileURL(join(folder, "writeup.html")).href;
      const phone = await openPage(address, { viewport: { width: 390, height: 844 } });
      expect(await phone.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
      const smallest = await phone.page.evaluate<number>(
        `Math.min(...[...document.querySelectorAll("svg text")].filter((text) => text.checkVisibility()).map((text) => text.getBoundingClientRect().height))`,
      );
      expect(smallest).toBeGreaterThan(9);
      await phone.expectAccessible();
      phone.expectClean();
    }
  },
);
