import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NextPlan } from "../../src/experiment/next/plan.ts";
import { tickSets } from "../../src/report/axes.ts";
import { ON_DARK_PAPER, orderedColor, PALETTE } from "../../src/report/colors.ts";
import { type Figure, type FigureStyle, renderSvg, sizeInPoints } from "../../src/report/figure.ts";
import { writeFigure } from "../../src/report/figure-files.ts";
import { allocationFigure } from "../../src/report/figures/allocation.ts";
import { frontierFigure } from "../../src/report/figures/frontier.ts";
import { nextFigure } from "../../src/report/figures/next.ts";
import { profilesFigure } from "../../src/report/figures/profiles.ts";
import { residualFigure } from "../../src/report/figures/residuals.ts";
import { openPage, useBrowser } from "../browser/browser.ts";
import { runCli } from "../cli/run-cli.ts";
import { requires } from "../requires.ts";

const range = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const decade = (min: number, max: number) => range(min, max).map((exponent) => 10 ** exponent);

/** Runs of one to eleven budgets, with sizes and losses that no law connects. */
const runs = fc
  .array(fc.tuple(decade(14, 22), fc.array(fc.tuple(decade(5, 11), range(1, 9)), { minLength: 1, maxLength: 6 })), {
    minLength: 1,
    maxLength: 11,
  })
  .map((budgets) => budgets.flatMap(([C, own]) => own.map(([N, loss]) => ({ C, N, D: C / (6 * N), loss }))));

const laws = fc.record({ coefficient: decade(-3, 2), exponent: range(0.3, 0.7) });
const targets = fc.array(decade(17, 26), { maxLength: 3 });

const drawings = fc.record({ all: runs, law: laws, aims: targets, loss: range(1, 4), kind: fc.nat(4) });
type Drawing = typeof drawings extends fc.Arbitrary<infer T> ? T : never;

/** One of the five kinds of figures. */
function figureOf({ all, law, aims, loss, kind }: Drawing): Figure {
  const at = (C: number) => law.coefficient * C ** law.exponent;
  const last = aims[0] ?? 1e20;
  const plan = {
    now: {
      C: last,
      N: at(last),
      D: 1e9,
      loss,
      interval: { level: 0.8, N: [at(last) / 2, at(last) * 3], loss: [loss - 0.1, loss + 0.2] },
    },
    runs: all.slice(0, 8),
  } as unknown as NextPlan;
  const values = all.map(({ C, N }) => ({ C, value: N }));
  const kinds: readonly (() => Figure)[] = [
    () =>
      allocationFigure({
        quantity: "N",
        law,
        optima: values.slice(0, 3),
        tried: values,
        targets: aims,
        recipe: "drawn",
        submitted: { C: last, value: at(last) * 2 },
      }),
    () =>
      frontierFigure({
        runs: all,
        lossAt: (C) => loss + 1e3 / C ** 0.15,
        targets: aims,
        subtitle: "drawn",
        submitted: { C: last, loss, low: loss - 0.2, high: loss + 0.3 },
      }),
    () => nextFigure(all, plan),
    () =>
      profilesFigure(
        [...Map.groupBy(all, ({ C }) => C)].map(([C, own]) => ({
          C,
          runs: own,
          lossAt: (N: number) => loss + (Math.log(N) - 18) ** 2 / 20,
        })),
        { subtitle: "drawn", optimum: "optimum" },
      ),
    () =>
      residualFigure(
        all.map(({ C, loss: of }, i) => ({ trainFlops: C, onGrid: i % 2 === 0, error: Math.log(of / loss) })),
        "Residuals",
        "drawn",
      ),
  ];
  return (kinds[kind] as () => Figure)();
}

const styles: fc.Arbitrary<FigureStyle> = fc.oneof(
  fc.constant({}),
  fc.constant({ title: false }),
  range(160, 500).map((width) => ({ width: Math.round(width) })),
);

const numbersIn = (svg: string, pattern: RegExp) =>
  [...svg.matchAll(pattern)].map((match) => match.slice(1).map(Number));

describe("a figure of any runs", () => {
  it("has every dot and diamond inside its frame, and is as wide as was asked", () => {
    fc.assert(
      fc.property(drawings, styles, (drawing, style) => {
        const svg = renderSvg(figureOf(drawing), style);
        // The legend stands above the plot's own group.
        const plot = svg.slice(svg.indexOf('text-anchor="middle"'));
        const [, height, width, top, left] =
          /<rect height="([\d.]+)" width="([\d.]+)" y="([\d.]+)" x="([\d.]+)" stroke="#c5cad3"/
            .exec(plot)
            ?.map(Number) ?? [];
        const inside = ([x, y, r]: readonly number[]) =>
          (x as number) >= left! &&
          (x as number) <= left! + width! &&
          (y as number) - (r ?? 0) / 2 >= top! &&
          (y as number) + (r ?? 0) / 2 <= top! + height!;
        const dots = numbersIn(plot, /<circle [^>]*?\br="([\d.]+)" cy="(-?[\d.]+)" cx="(-?[\d.]+)"/g).map(
          ([r, y, x]) => [x, y, r] as number[],
        );
        const diamonds = numbersIn(plot, /Z" transform="translate\((-?[\d.]+),(-?[\d.]+)\)/g);
        expect([...dots, ...diamonds].length).toBeGreaterThan(0);
        expect([...dots, ...diamonds].filter((mark) => !inside(mark))).toEqual([]);
        if (style.width !== undefined) expect(sizeInPoints(svg).width).toBe(style.width);
        expect(plot).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 60 },
    );
  });

  it("has text of one size on paper, whatever its width", () => {
    const figure = figureOf(fc.sample(drawings, { numRuns: 1, seed: 1 })[0] as Drawing);
    for (const width of [170, 234, 468]) {
      const svg = renderSvg(figure, { width });
      const [, units, size] = /viewBox="\S+ 0 ([\d.]+) [\d.]+" [^>]*font-size="([\d.]+)"/.exec(svg)?.map(Number) ?? [];
      expect((size! * width) / units!).toBeCloseTo(8, 2);
      expect(svg).not.toContain(`font-weight="bold" fill="#1f2430">`);
    }
  });
});

const chromium = useBrowser();

it.skipIf(chromium.skip)(`labels of drawn figures neither overlap nor leave the figure${chromium.note}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-figures-"));
  const font = pathToFileURL(join("node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));
  const bold = pathToFileURL(join("node_modules/dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"));
  const drawn = fc.sample(fc.tuple(drawings, styles), { numRuns: 40, seed: 7 });
  writeFileSync(
    join(folder, "figures.html"),
    `<!doctype html><html lang="en"><title>figures</title><style>@font-face { font-family: "DejaVu Sans"; src: url(${font}); } @font-face { font-family: "DejaVu Sans"; font-weight: bold; src: url(${bold}); }</style>
${drawn.map(([drawing, style]) => `<div>${renderSvg(figureOf(drawing), style)}</div>`).join("")}`,
  );
  const { page } = await openPage(pathToFileURL(join(folder, "figures.html")).href);
  const faults = await page.evaluate<
    string[]
  >(`document.fonts.ready.then(() => [...document.querySelectorAll("svg")].flatMap((svg, i) => {
    const edge = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll("text")].map((text) => ({ words: text.textContent, box: text.getBoundingClientRect() }));
    const outside = boxes.filter(({ box }) => box.left < edge.left - 1 || box.right > edge.right + 1 || box.bottom > edge.bottom + 1);
    const over = boxes.flatMap((a, k) => boxes.slice(k + 1).filter((b) =>
      a.box.left + 1 < b.box.right && b.box.left + 1 < a.box.right && a.box.top + 3 < b.box.bottom && b.box.top + 3 < a.box.bottom
    ).map((b) => i + ": " + a.words + " over " + b.words));
    return [...outside.map(({ words }) => i + ": outside: " + words), ...over];
  }))`);
  expect(faults).toEqual([]);
});

describe("figure files", () => {
  const figure = figureOf(fc.sample(drawings, { numRuns: 1, seed: 3 })[0] as Drawing);

  it.each([
    ["3.25in", 234],
    ["8.5cm", 240.945],
    ["90 mm", 255.118],
    ["300pt", 300],
  ])("are %s wide as SVG, PNG and PDF when --figure-width says so", async (given, points) => {
    const folder = mkdtempSync(join(tmpdir(), "isoflop-figures-"));
    const { code } = await runCli("fit", "course", "--target", "1e23", "--plot", folder, `--figure-width=${given}`);
    expect(code).toBe(0);
    const file = (ending: string) => readFileSync(join(folder, `course-minimum-N-opt.${ending}`));
    expect(sizeInPoints(file("svg").toString()).width).toBe(points);
    expect(file("png").readUInt32BE(16)).toBe(Math.round((points * 300) / 72));
    const [, width] = /\/MediaBox ?\[ ?0 0 ([\d.]+)/.exec(file("pdf").toString("latin1")) ?? [];
    expect(Number(width)).toBeCloseTo(points, 2);
    expect(file("svg").toString()).not.toContain("Compute-optimal model size</text>");
    expect(file("svg").toString()).toContain("C⁰·⁴⁰³⁸");
  });

  it("have no title where --no-title says so", async () => {
    const folder = mkdtempSync(join(tmpdir(), "isoflop-figures-"));
    await runCli("fit", "course", "--plot", folder, "--no-title");
    expect(readFileSync(join(folder, "course-minimum-N-opt.svg"), "utf8")).not.toContain(
      "Compute-optimal model size</text>",
    );
  });

  const poppler = requires("pdftotext (poppler-utils)", existsSync("/usr/bin/pdftotext"));

  it.skipIf(poppler.skip)(`keep text as text in PDF${poppler.note}`, () => {
    const folder = mkdtempSync(join(tmpdir(), "isoflop-figures-"));
    const [, , pdf] = writeFigure(join(folder, "one"), figure, { width: 234 });
    const text = execFileSync("pdftotext", [pdf as string, "-"], { encoding: "utf8" });
    expect(text).toContain("training compute C (FLOPs)");
  });
});

describe("the ordered scale of color", () => {
  const luminance = (color: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
    return (high + 0.05) / (low + 0.05);
  };
  const colors = Array.from({ length: 9 }, (_, i) => orderedColor(i, 9));
  const dark = colors.map((color) => ON_DARK_PAPER.get(color) as string);

  it("is further from the paper with every step, and never too near to it", () => {
    for (const [scale, paper] of [
      [colors, "#ffffff"],
      [dark, "#161a22"],
    ] as const) {
      const contrasts = scale.map((color) => contrast(color, paper));
      expect(Math.min(...contrasts)).toBeGreaterThan(3);
      expect(contrasts).toEqual(contrasts.toSorted((a, b) => a - b));
    }
  });

  it("has colors beside it that show on dark paper", () => {
    for (const color of PALETTE)
      expect([color, contrast(ON_DARK_PAPER.get(color) ?? color, "#161a22")]).toEqual([
        color,
        expect.toSatisfy((value: number) => value > 3),
      ]);
  });
});

it("ticks of a logarithmic axis are round, inside it, and fewer from set to set", () => {
  fc.assert(
    fc.property(decade(-6, 20), range(4, 1e12), (low, factor) => {
      const sets = tickSets(low, low * factor);
      for (const set of sets) {
        expect(set.length).toBeGreaterThan(0);
        for (const tick of set) {
          expect(tick).toBeGreaterThanOrEqual(low * 0.999999);
          expect(tick).toBeLessThanOrEqual(low * factor * 1.000001);
          expect(["1", "2", "5"]).toContain(tick.toExponential(6).replace(/\.?0*e.*$/, ""));
        }
      }
      expect(sets.map((set) => set.length)).toEqual(sets.map((set) => set.length).toSorted((a, b) => b - a));
    }),
  );
});
