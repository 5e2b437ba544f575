import * as Plot from "@observablehq/plot";
import { formatCount } from "../../task/quantity.ts";
import { powerOfTen, tickSets } from "../axes.ts";
import { INK } from "../colors.ts";
import { textWidth } from "../text-width.ts";
import { svgElement, textElement } from "./svg.ts";

const GRID = "#e3e6ec";
const FONT_SIZE = 11.5;
/** Between labels of an axis. */
const GAP = { across: 9, down: 5 };

/** A grid and a labeled logarithmic x axis; `count` writes sizes as 10B, `power` compute as 10²¹. */
export function logAxisX(domain: readonly [number, number], label: string, ticks: "count" | "power"): Plot.Markish[] {
  const format = ticks === "count" ? formatCount : powerOfTen;
  const fits = (values: readonly number[], at: Scale) =>
    apart(
      values.map((value) => ({ middle: at(value), size: textWidth(format(value), FONT_SIZE) })),
      GAP.across,
    );
  return [
    (_index, { x }, _values, { marginLeft, width, marginRight, height, marginBottom, marginTop }, { document }) => {
      const at = x as Scale;
      const [bottom, top] = [height - marginBottom, marginTop];
      return svgElement(document, "g", { "text-anchor": "middle" }, [
        ...fitting(domain, at, fits).flatMap((value) => [
          svgElement(document, "path", { d: `M${at(value)},${top}V${bottom}`, stroke: GRID }),
          svgElement(document, "path", { d: `M${at(value)},${bottom}v6`, stroke: INK }),
          // At the edge there may be no room for a label.
          ...(at(value) + textWidth(format(value), FONT_SIZE) / 2 < width
            ? [textElement(document, format(value), at(value), bottom + 18, FONT_SIZE)]
            : []),
        ]),
        textElement(document, label, (marginLeft + width - marginRight) / 2, bottom + 37, FONT_SIZE),
      ]);
    },
    // No axis of Plot's own.
    Plot.axisX([], { label: null }),
  ];
}

/** A grid and a labeled logarithmic y axis of sizes or tokens. */
export function countAxisY(domain: readonly [number, number], label: string): Plot.Markish[] {
  const fits = (values: readonly number[], at: Scale) =>
    apart(
      values.map((value) => ({ middle: at(value), size: FONT_SIZE })),
      GAP.down,
    );
  return [
    (_index, { y }, _values, { marginLeft, width, marginRight }, { document }) => {
      const at = y as Scale;
      return svgElement(
        document,
        "g",
        { "text-anchor": "end" },
        fitting(domain, at, fits).flatMap((value) => [
          svgElement(document, "path", { d: `M${marginLeft},${at(value)}H${width - marginRight}`, stroke: GRID }),
          svgElement(document, "path", { d: `M${marginLeft},${at(value)}h-6`, stroke: INK }),
          textElement(document, formatCount(value), marginLeft - 9, at(value) + 0.36 * FONT_SIZE, FONT_SIZE),
        ]),
      );
    },
    Plot.axisY([], { label: null }),
    labelY(label),
  ];
}

/** A grid and a labeled linear y axis. */
export function linearAxisY(label: string, options: Plot.AxisYOptions = {}): Plot.Markish[] {
  return [
    Plot.gridY({ stroke: GRID, strokeOpacity: 1 }),
    Plot.axisY({ label: null, ticks: 6, ...options }),
    labelY(label),
  ];
}

/** The name of a y axis, above it and under the figure's legend. */
function labelY(label: string): Plot.Markish {
  return (_index, _scales, _values, { marginTop }, { document }) =>
    textElement(document, label, LEFT, marginTop - 10, FONT_SIZE, { "text-anchor": "start" });
}

/** Where titles and legends begin too. */
const LEFT = 20;

type Scale = (value: number) => number;

/** The densest set of round values whose labels fit. */
function fitting(
  domain: readonly [number, number],
  at: Scale,
  fits: (values: readonly number[], at: Scale) => boolean,
): readonly number[] {
  const sets = tickSets(...domain);
  return sets.find((set) => fits(set, at)) ?? (sets.at(-1) as number[]);
}

/** Whether labels in a row leave a gap between each two. */
function apart(labels: readonly { readonly middle: number; readonly size: number }[], gap: number): boolean {
  return labels.every((label, i) => {
    const next = labels[i + 1];
    return !next || Math.abs(next.middle - label.middle) >= (label.size + next.size) / 2 + gap;
  });
}

/** The frame around the data. */
export function frame(): Plot.Markish {
  return Plot.frame({ stroke: "#c5cad3" });
}

/** The least and the largest value, however many there are: as arguments of one call they could be too many. */
export function endsOf(values: readonly number[]): [low: number, high: number] {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return [low, values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)];
}

/** The ends of positive values, widened by a factor, and by more where they are so far apart that it would not show. */
export function logDomain(values: readonly number[], widen: number): [number, number] {
  const [low, high] = endsOf(values);
  const factor = widen > 1 ? Math.max(widen, Math.exp(MARGIN * Math.log(high / low))) : widen;
  return [low / factor, high * factor];
}

/** Of the range of an axis, on each side: room for half a mark. */
const MARGIN = 0.05;

/** Plot options of a figure with one row for each name: tall enough, and with room for the longest. */
export function namedRows(names: readonly string[]): {
  readonly height: number;
  readonly marginLeft: number;
  readonly marginBottom: number;
  readonly y: { readonly domain: string[]; readonly label: null; readonly padding: number; readonly tickSize: number };
} {
  const longest = Math.max(...names.map((name) => shortName(name).length));
  return {
    height: 70 + 26 * names.length,
    marginLeft: 30 + 6.9 * longest,
    marginBottom: 42,
    y: { domain: names.map(shortName), label: null, padding: 0.3, tickSize: 0 },
  };
}

/** A program's command line is cut to what a row has room for. */
export function shortName(name: string): string {
  return name.length > 26 ? `${name.slice(0, 25)}…` : name;
}
