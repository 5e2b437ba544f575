import * as Plot from "@observablehq/plot";
import { formatCount } from "../../task/quantity.ts";
import { logTicks, powerOfTen } from "../axes.ts";

const GRID = "#e3e6ec";

// Labels go in as `text`: on a logarithmic scale Plot leaves every other label of a `tickFormat` out.

/** A grid and a labeled logarithmic x axis; `count` writes sizes as 10B, `power` compute as 10²¹. */
export function logAxisX(domain: readonly [number, number], label: string, ticks: "count" | "power"): Plot.Markish[] {
  const values = logTicks(...domain);
  const format = ticks === "count" ? formatCount : powerOfTen;
  return [
    Plot.gridX(values, { stroke: GRID, strokeOpacity: 1 }),
    Plot.axisX(values, { text: format, label, labelAnchor: "center", labelArrow: "none", labelOffset: 40 }),
  ];
}

/** A grid and a labeled logarithmic y axis of sizes or tokens. */
export function countAxisY(domain: readonly [number, number], label: string): Plot.Markish[] {
  const values = logTicks(...domain);
  return [
    Plot.gridY(values, { stroke: GRID, strokeOpacity: 1 }),
    Plot.axisY(values, { text: formatCount, label, labelAnchor: "top", labelArrow: "none" }),
  ];
}

/** A grid and a labeled linear y axis. */
export function linearAxisY(label: string, options: Plot.AxisYOptions = {}): Plot.Markish[] {
  return [
    Plot.gridY({ stroke: GRID, strokeOpacity: 1 }),
    Plot.axisY({ label, labelAnchor: "top", labelArrow: "none", ticks: 6, ...options }),
  ];
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

/** The smallest and the largest of positive values, widened by a factor. */
export function logDomain(values: readonly number[], widen: number): [number, number] {
  const [low, high] = endsOf(values);
  return [low / widen, high * widen];
}

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
