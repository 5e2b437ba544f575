import * as Plot from "@observablehq/plot";
import type { LegendEntry } from "../figure.ts";

/** An interval at a value of x, in the units of the data. */
export interface BandPoint {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** Evenly spaced in ln, both ends included: enough that a curve shows no kinks at any width. */
export function logSteps(from: number, to: number, count = 161): number[] {
  const step = Math.log(to / from) / (count - 1);
  return Array.from({ length: count }, (_, i) => from * Math.exp(i * step));
}

/** The range of a curve through values: a little beyond them, and never so short that no curve is seen. */
export function curveRange(values: readonly number[]): [low: number, high: number] {
  const [low, high] = [Math.min(...values) / 1.12, Math.max(...values) * 1.12];
  const wider = Math.max(1, Math.sqrt(SHORTEST / (high / low)));
  return [low / wider, high * wider];
}

const SHORTEST = 3;

/** The area between the ends of intervals, cut off at the frame. */
export function bandMark(points: readonly BandPoint[], color: string, opacity = 0.16): Plot.Markish[] {
  return points.length < 2
    ? []
    : [Plot.areaY(points, { x: "x", y1: "low", y2: "high", fill: color, fillOpacity: opacity, clip: true })];
}

/** What a band means, for the legend. */
export function bandEntry(level: number, color: string): LegendEntry {
  return { label: `${Math.round(100 * level)} % interval`, color, mark: "band" };
}
