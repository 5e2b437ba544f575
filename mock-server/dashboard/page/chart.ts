import * as Plot from "@observablehq/plot";
import { logTicks } from "../../../src/report/axes.ts";
import type { RunConfig } from "../../../src/task/configuration.ts";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import type { RunPoint } from "../../../src/task/run-point.ts";
import type { View, Zoom } from "./zoom.ts";

/** A run in a chart, with its configuration where that is known. */
export type ChartRun = RunPoint & Partial<RunConfig>;

/** Most dots in a chart: a screen shows no more, and each is an element. */
const MOST_DOTS = 700;

/** Every n-th of many, so that no more than MOST_DOTS remain. */
export function thinned<T>(values: readonly T[]): readonly T[] {
  const step = Math.ceil(values.length / MOST_DOTS);
  return step <= 1 ? values : values.filter((_, i) => i % step === 0);
}

/** The tooltip of a run. */
export function runTitle({ C, N, D, loss, dModel, numLayers, numHeads, batchSize, learningRate }: ChartRun): string {
  const shape = [
    ...(dModel === undefined ? [] : [`d ${dModel}`]),
    ...(numLayers === undefined ? [] : [`layers ${numLayers}`]),
    ...(numHeads === undefined ? [] : [`heads ${numHeads}`]),
  ];
  const recipe = [
    ...(batchSize === undefined ? [] : [`batch ${batchSize}`]),
    ...(learningRate === undefined ? [] : [`lr ${learningRate}`]),
  ];
  // Of an API's run only the API's own accounting knows D.
  const tokens = dModel === undefined ? `, D = ${formatCount(D)}` : "";
  const lines = [`loss ${loss.toFixed(4)}`, `${formatFlops(C)} FLOPs, N = ${formatCount(N)}${tokens}`];
  return [...lines, shape.join(" · "), recipe.join(" · ")].filter(Boolean).join("\n");
}

/** A range with some room around it on a logarithmic axis. */
export function widened(values: readonly number[], by: number): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), 0);
  return [low / by, high * by];
}

const GRID = { stroke: "var(--line)", strokeOpacity: 1 } as const;
export const TIP = { fill: "var(--card)", stroke: "var(--soft)", fontSize: 12 } as const;

interface Axis {
  readonly label: string;
  readonly domain: readonly [low: number, high: number];
  readonly format: (value: number) => string;
  /** @defaultValue "log" */
  readonly type?: "log" | "linear";
}

/** Pixels that a label on the x axis, and on the y axis, needs. */
const ROOM = { x: 52, y: 26 };
const MARGIN = { left: 52, bottom: 44, right: 18, top: 24 };

/** Draws marks over the grid of two axes, as wide as the host; `description` is for screen readers. */
export function draw(
  host: HTMLElement,
  description: string,
  content: { readonly x: Axis; readonly y: Axis; readonly marks: readonly Plot.Markish[]; readonly height?: number },
  zoom?: Zoom,
): void {
  const { marks, height = 340 } = content;
  const whole: View = { x: content.x.domain, y: content.y.domain };
  const { x: xs, y: ys } = zoom?.view ?? whole;
  const width = Math.max(280, host.clientWidth);
  const x = { ...content.x, domain: xs };
  const y = { ...content.y, domain: ys };
  const plot = Plot.plot({
    className: "plot",
    width,
    height,
    marginLeft: MARGIN.left,
    marginBottom: MARGIN.bottom,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    clip: zoom?.view !== undefined,
    x: { type: x.type ?? "log", domain: [...xs], label: null },
    y: { type: y.type ?? "log", domain: [...ys], label: null },
    marks: [
      Plot.gridX(ticksOf(x), { ...GRID, clip: false }),
      Plot.gridY(ticksOf(y), { ...GRID, clip: false }),
      axis(Plot.axisX, x, (width - MARGIN.left - MARGIN.right) / ROOM.x, { labelAnchor: "center" }),
      axis(Plot.axisY, y, (height - MARGIN.top - MARGIN.bottom) / ROOM.y),
      ...marks,
    ],
  });
  const scales = { x: plot.scale("x")!, y: plot.scale("y")! };
  host.replaceChildren(asPicture(plot, description));
  zoom?.drawn(whole, scales);
}

/** A plot as one picture with one description, as the policy of our pages allows it. */
export function asPicture(plot: Element, description: string): Element {
  // Inline styles are not allowed: the style element that Plot adds is in charts.css.
  plot.querySelector("style")?.remove();
  // Its parts have no role that could carry a name; a tooltip is one more of them.
  const unname = () => {
    for (const part of plot.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label");
  };
  unname();
  plot.addEventListener("input", unname);
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", description);
  return plot;
}

function axis(make: typeof Plot.axisX, its: Axis, room: number, more: Plot.AxisXOptions = {}): Plot.Markish {
  const { label, format } = its;
  return make(labeled(ticksOf(its), room), {
    label,
    labelArrow: "none",
    text: format,
    clip: false,
    ...more,
  } as const);
}

/** The ticks that get a label: all where there is room, else the powers of ten, else every n-th. */
function labeled(ticks: readonly number[], room: number): readonly number[] {
  if (ticks.length <= room) return ticks;
  const tens = ticks.filter((tick) => Number(tick.toExponential(6).split("e")[0]) === 1);
  if (tens.length > 1 && tens.length <= room) return tens;
  const step = Math.ceil(ticks.length / Math.max(2, room));
  return ticks.filter((_, i) => i % step === 0);
}

/** Where grid lines are: 1, 2, 5 of each decade on a long logarithmic axis, else evenly spaced round numbers. */
function ticksOf({ type = "log", domain: [low, high] }: Axis): number[] {
  if (type === "log" && high / low > 8) return logTicks(low, high);
  const rough = (high - low) / 6;
  const power = Number(`1e${Math.floor(Math.log10(rough))}`);
  const step = ([1, 2, 5, 10].find((mantissa) => mantissa * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(0, Math.floor(high / step + 1e-9) - first + 1);
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Colors of the ramp in charts.css, from the lowest budget to the highest. */
const STEPS = 12;

/** The color of a budget by its place in ascending order: a step of one ramp of increasing lightness. */
export function rampColor(index: number, count: number): string {
  const step = count < 2 ? STEPS - 1 : Math.round((index / (count - 1)) * (STEPS - 1));
  return `var(--ramp-${step})`;
}

/** Colors of sources that are compared, in charts.css. */
const SOURCES = 6;

/** The color of a source among those that are compared. */
export function sourceColor(index: number): string {
  return `var(--source-${index % SOURCES})`;
}
