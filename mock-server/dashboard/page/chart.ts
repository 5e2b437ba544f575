import * as Plot from "@observablehq/plot";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import type { PageRun } from "./store.ts";

/** Most dots in a chart: a screen shows no more, and each is an element. */
const MOST_DOTS = 700;

/** Every n-th of many, so that no more than MOST_DOTS remain. */
export function thinned<T>(values: readonly T[]): readonly T[] {
  const step = Math.ceil(values.length / MOST_DOTS);
  return step <= 1 ? values : values.filter((_, i) => i % step === 0);
}

/** The tooltip of a run. */
export function runTitle({
  trainFlops,
  dModel,
  numLayers,
  numHeads,
  batchSize,
  learningRate,
  parameters,
  loss,
}: PageRun): string {
  return [
    `loss ${loss.toFixed(4)}`,
    `${formatFlops(trainFlops)} FLOPs, N = ${formatCount(parameters)}`,
    `d ${dModel} · layers ${numLayers} · heads ${numHeads}`,
    `batch ${batchSize} · lr ${learningRate}`,
  ].join("\n");
}

/** A range with some room around it on a logarithmic axis. */
export function widened(values: readonly number[], by: number): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), 0);
  return [low / by, high * by];
}

const GRID = { stroke: "var(--line)", strokeOpacity: 1 } as const;
export const TIP = { fill: "var(--card)", stroke: "var(--soft)", fontSize: 12 } as const;

/** A logarithmic axis. */
interface Axis {
  readonly label: string;
  readonly domain: readonly [low: number, high: number];
  readonly format: (value: number) => string;
  /** Where grid lines are. @defaultValue chosen by Plot */
  readonly grid?: readonly number[];
  /** Which of them have a label. @defaultValue all */
  readonly ticks?: readonly number[];
}

/** Draws marks over the grid of two logarithmic axes, as wide as the host; `description` is for screen readers. */
export function draw(
  host: HTMLElement,
  description: string,
  { x, y, marks }: { readonly x: Axis; readonly y: Axis; readonly marks: readonly Plot.Markish[] },
): void {
  const plot = Plot.plot({
    className: "plot",
    width: Math.max(280, host.clientWidth),
    height: 340,
    marginLeft: 48,
    marginBottom: 44,
    marginRight: 18,
    x: { type: "log", domain: [...x.domain], label: null },
    y: { type: "log", domain: [...y.domain], label: null },
    marks: [
      x.grid ? Plot.gridX(x.grid, GRID) : Plot.gridX(GRID),
      y.grid ? Plot.gridY(y.grid, GRID) : Plot.gridY(GRID),
      axis(Plot.axisX, x, { labelAnchor: "center" }),
      axis(Plot.axisY, y),
      ...marks,
    ],
  });
  host.replaceChildren(asPicture(plot, description));
}

/** A plot as one picture with one description, as the policy of our pages allows it. */
export function asPicture(plot: Element, description: string): Element {
  // Inline styles are not allowed: the style element that Plot adds is in style.css.
  plot.querySelector("style")?.remove();
  // Its parts have no role that could carry a name.
  for (const part of plot.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label");
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", description);
  return plot;
}

function axis(
  make: typeof Plot.axisX,
  { label, format, grid, ticks = grid }: Axis,
  more: Plot.AxisXOptions = {},
): Plot.Markish {
  const options = { label, labelArrow: "none", tickFormat: format, ...more } as const;
  return ticks ? make(ticks, options) : make(options);
}

/** Colors of the ramp in style.css, from the lowest budget to the highest. */
const STEPS = 12;

/** The color of a budget by its place in ascending order: a step of one ramp of increasing lightness. */
export function rampColor(index: number, count: number): string {
  const step = count < 2 ? STEPS - 1 : Math.round((index / (count - 1)) * (STEPS - 1));
  return `var(--ramp-${step})`;
}
