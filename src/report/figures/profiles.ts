import * as Plot from "@observablehq/plot";
import { computeOf } from "../../fit/compute.ts";
import type { Fit } from "../../fit/fitter.ts";
import { fitParabola } from "../../fit/methods/parabola.ts";
import { budgetsIn } from "../../table/budgets.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { powerOfTen } from "../axes.ts";
import { type Figure, INK } from "../figure.ts";
import { endsOf, frame, linearAxisY, logAxisX, logDomain } from "./plot-axes.ts";

/** Budgets drawn at most: more are thinned, the first and the last kept. */
const MOST = 10;
/** From dark to light with the budget (viridis without its palest end). */
const COLORS = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0c92b"];

/** IsoFLOP profiles: loss over size for each budget, the law's curve (or parabola) through them, and its optima. */
export function profilesFigure(fit: Fit, runs: readonly RunPoint[]): Figure {
  const all = budgetsIn(runs).filter((budget) => budget.runs.length > 1);
  const budgets = all.length > 0 ? thinned(all) : thinned(budgetsIn(runs));
  const shown = budgets.map((budget, index) => ({ ...budget, color: colorAt(index, budgets.length) }));
  const points = shown.flatMap(({ runs: tried, color }) => tried.map(({ N, loss }) => ({ N, loss, color })));
  const domain = logDomain(
    points.map(({ N }) => N),
    1.7,
  );
  const curves = shown.flatMap(({ C, runs: tried, color }, series) => {
    const curve = curveOf(fit, C, tried);
    if (!curve) return [];
    const [low, high] = logDomain(
      tried.map(({ N }) => N),
      1.15,
    );
    return Array.from({ length: 41 }, (_, i) => {
      const N = low * Math.exp((i / 40) * Math.log(high / low));
      return { N, loss: curve(N), color, series };
    });
  });
  const losses = points.map(({ loss }) => loss);
  const [least, most] = endsOf(losses);
  const optima = shown.flatMap(({ C, color }) => {
    const optimum =
      fit.points.length > 0 ? fit.points.find((point) => Math.abs(point.C / C - 1) < 0.02) : fit.optimum(C);
    return optimum?.loss === undefined ? [] : [{ N: optimum.N, loss: optimum.loss, color }];
  });
  const room = (most - least) * 0.06;
  return {
    title: "IsoFLOP profiles",
    subtitle: `final loss over model size, one color per budget; ${fit.loss ? `curves: ${fit.method}` : "curves: a parabola each"}`,
    legend: [
      ...shown.map(({ C, color }) => ({ label: powerOfTen(C), color, mark: "dot" as const })),
      { label: "optimum", color: INK, mark: "diamond" as const },
    ],
    plot: {
      x: { type: "log", domain, label: null },
      y: { domain: [least - room, most + room], label: null },
      color: { type: "identity" },
      marks: [
        ...logAxisX(domain, "model size N (parameters)", "count"),
        ...linearAxisY("final loss (nats per token)"),
        frame(),
        Plot.line(curves, { x: "N", y: "loss", z: "series", stroke: "color", strokeWidth: 1.6, clip: true }),
        Plot.dot(points, { x: "N", y: "loss", r: 3.6, fill: "color", stroke: "white", strokeWidth: 0.8 }),
        Plot.dot(optima, { x: "N", y: "loss", r: 6, symbol: "diamond", fill: "color", stroke: INK, strokeWidth: 1.4 }),
      ],
    },
  };
}

function curveOf(fit: Fit, C: number, runs: readonly RunPoint[]): ((N: number) => number) | undefined {
  const { loss } = fit;
  if (loss) {
    const compute = computeOf(runs);
    return (N) => loss(N, compute.tokens(C, N), C);
  }
  return fitParabola(runs.map((run) => ({ x: run.N, y: run.loss })))?.at;
}

function thinned<T>(values: readonly T[]): T[] {
  if (values.length <= MOST) return [...values];
  return Array.from({ length: MOST }, (_, i) => values[Math.round((i * (values.length - 1)) / (MOST - 1))]!);
}

function colorAt(index: number, count: number): string {
  const at = count === 1 ? 0 : (index / (count - 1)) * (COLORS.length - 1);
  const [low, high] = [COLORS[Math.floor(at)]!, COLORS[Math.ceil(at)]!];
  const mix = (channel: number) => {
    const [a, b] = [low, high].map((color) => Number.parseInt(color.slice(channel, channel + 2), 16)) as [
      number,
      number,
    ];
    return Math.round(a + (b - a) * (at - Math.floor(at)))
      .toString(16)
      .padStart(2, "0");
  };
  return `#${mix(1)}${mix(3)}${mix(5)}`;
}
