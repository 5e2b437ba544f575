import * as Plot from "@observablehq/plot";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import type { PageRun } from "./run-row.ts";

/** More dots than this are thinned: a screen shows no more, and each is an element. */
export const MOST_DOTS = 700;

/** Every n-th of many, so that no more than MOST_DOTS remain. */
export function thinned<T>(values: readonly T[]): readonly T[] {
  const step = Math.ceil(values.length / MOST_DOTS);
  return step <= 1 ? values : values.filter((_, i) => i % step === 0);
}

/** What a run says when it is pointed at. */
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

export const GRID = { stroke: "var(--line)", strokeOpacity: 1 } as const;
export const TIP = { fill: "var(--card)", stroke: "var(--soft)", fontSize: 12 } as const;

/** Draws a plot in its host, whose width it takes. The style element Plot adds is in style.css: no inline style is allowed. */
export function draw(host: HTMLElement, label: string, options: Plot.PlotOptions): void {
  const plot = Plot.plot({ className: "plot", width: Math.max(280, host.clientWidth), height: 340, ...options });
  plot.querySelector("style")?.remove();
  // One picture with one description: its parts have no role that could carry a name.
  for (const part of plot.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label");
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", label);
  host.replaceChildren(plot);
}
