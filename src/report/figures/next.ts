import * as Plot from "@observablehq/plot";
import type { NextPlan } from "../../experiment/next/plan.ts";
import { formatCount } from "../../task/quantity.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { powerOfTen } from "../axes.ts";
import { type Figure, INK, PALETTE } from "../figure.ts";
import { countAxisY, frame, logAxisX, logDomain } from "./plot-axes.ts";

/** The runs at hand and the planned ones, numbered in their order, over compute and size, and the best size expected. */
export function nextFigure(known: readonly RunPoint[], { now, runs }: NextPlan): Figure {
  const domain = logDomain(
    [...known, ...runs, now].map(({ C }) => C),
    2,
  );
  const sizes = [...known, ...runs].map(({ N }) => N);
  const range = logDomain([...sizes, ...now.interval.N], 1.5);
  const numbered = runs.map((run, i) => ({ ...run, number: String(i + 1) }));
  const [low, high] = now.interval.N;
  const text = { fontWeight: "bold" as const, stroke: "white", strokeWidth: 4 };
  return {
    title: "Runs to buy next",
    subtitle: `expected at ${powerOfTen(now.C)} FLOPs: N ${formatCount(now.N)}, loss ${now.loss.toFixed(3)} (${now.interval.loss.map((loss) => loss.toFixed(3)).join(" to ")})`,
    legend: [
      { label: "your runs", color: "#b8bec9", mark: "dot" },
      { label: "to buy, in this order", color: PALETTE[1]!, mark: "dot" },
      {
        label: `best N expected, ${Math.round(100 * now.interval.level)} % interval`,
        color: PALETTE[0]!,
        mark: "diamond",
      },
    ],
    plot: {
      marginLeft: 70,
      x: { type: "log", domain, label: null },
      y: { type: "log", domain: range, label: null },
      marks: [
        ...logAxisX(domain, "training compute C (FLOPs)", "power"),
        ...countAxisY(range, "model size N (parameters)"),
        frame(),
        Plot.dot(known, { x: "C", y: "N", r: 3, fill: "#b8bec9" }),
        Plot.link([{ low, high }], {
          x1: () => now.C,
          x2: () => now.C,
          y1: "low",
          y2: "high",
          stroke: PALETTE[0]!,
          strokeWidth: 2.5,
        }),
        Plot.dot([now], {
          x: "C",
          y: "N",
          symbol: "diamond",
          r: 5,
          fill: PALETTE[0]!,
          stroke: "white",
          strokeWidth: 1.2,
        }),
        Plot.dot(numbered, { x: "C", y: "N", r: 5, fill: PALETTE[1]!, stroke: "white", strokeWidth: 1.2 }),
        Plot.text(numbered, { x: "C", y: "N", text: "number", dx: 11, dy: -8, fill: INK, ...text }),
      ],
    },
  };
}
