import * as Plot from "@observablehq/plot";
import type { NextPlan } from "../../experiment/next/plan.ts";
import { formatCount } from "../../task/quantity.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { powerOfTen } from "../axes.ts";
import { PALETTE } from "../colors.ts";
import type { Figure } from "../figure.ts";
import { placedLabels } from "./placed-labels.ts";
import { countAxisY, frame, logAxisX, logDomain } from "./plot-axes.ts";

const [BEST, PLANNED] = [PALETTE[0], PALETTE[1]] as [string, string];
const KNOWN = "#b8bec9";

/** The runs at hand and the planned ones, numbered in their order, over compute and size, and the best size expected. */
export function nextFigure(known: readonly RunPoint[], { now, runs }: NextPlan): Figure {
  const domain = logDomain(
    [...known, ...runs, now].map(({ C }) => C),
    2,
  );
  const sizes = [...known, ...runs].map(({ N }) => N);
  const range = logDomain([...sizes, ...now.interval.N], 1.5);
  const [low, high] = now.interval.N;
  const point = ({ C, N }: { readonly C: number; readonly N: number }) => ({ x: C, y: N });
  // Runs at one place have one label.
  const places = Map.groupBy(
    runs.map((run, i) => ({ ...run, number: i + 1 })),
    ({ C, N }) => `${C}/${N}`,
  );
  const labels = [...places.values()].map((at) => ({
    ...point(at[0] as (typeof runs)[number]),
    text: at.map(({ number }) => number).join(", "),
  }));
  const white = { stroke: "white", strokeWidth: 1.2 };
  return {
    title: "Runs to buy next",
    subtitle: `expected at ${powerOfTen(now.C)} FLOPs: N ${formatCount(now.N)}, loss ${now.loss.toFixed(3)} (${now.interval.loss.map((loss) => loss.toFixed(3)).join(" to ")})`,
    legend: [
      { label: "your runs", color: KNOWN, mark: "dot" },
      ...(runs.length > 0 ? [{ label: "to buy, in this order", color: PLANNED, mark: "dot" as const }] : []),
      { label: "best N expected", color: BEST, mark: "diamond" },
      { label: `its ${Math.round(100 * now.interval.level)} % interval`, color: BEST, mark: "line" },
    ],
    plot: {
      x: { type: "log", domain, label: null },
      y: { type: "log", domain: range, label: null },
      marks: [
        ...logAxisX(domain, "training compute C (FLOPs)", "power"),
        ...countAxisY(range, "model size N (parameters)"),
        frame(),
        Plot.dot(known, { x: "C", y: "N", r: 3, fill: KNOWN }),
        Plot.ruleX([{ C: now.C, low, high }], { x: "C", y1: "low", y2: "high", stroke: BEST, strokeWidth: 2.5 }),
        Plot.dot([now], { x: "C", y: "N", symbol: "diamond", r: 6, fill: BEST, ...white }),
        Plot.dot(runs, { x: "C", y: "N", r: 5, fill: PLANNED, ...white }),
        placedLabels(labels, [...known, ...runs, now].map(point)),
      ],
    },
  };
}
