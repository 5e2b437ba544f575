import * as Plot from "@observablehq/plot";
import type { Fit } from "../../fit/fitter.ts";
import { predictionOf } from "../../fit/plausibility.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { powerOfTen } from "../axes.ts";
import { type Figure, INK, PALETTE } from "../figure.ts";
import { endsOf, frame, linearAxisY, logAxisX, logDomain } from "./plot-axes.ts";

/** The loss of the best allocation over compute, through the runs and on to the targets. */
export function frontierFigure(fit: Fit, runs: readonly RunPoint[], targets: readonly number[]): Figure {
  const measured = logDomain(
    runs.map(({ C }) => C),
    1,
  );
  const domain = logDomain([...measured, ...targets], 2);
  const best = (C: number) => ({ C, loss: predictionOf(fit, C)?.loss ?? Number.NaN });
  const line = (from: number, to: number) =>
    Array.from({ length: 61 }, (_, i) => best(from * Math.exp((i / 60) * Math.log(to / from)))).filter(
      ({ loss }) => loss > 0,
    );
  const [within, beyond] = [line(domain[0], measured[1]), line(measured[1], domain[1])];
  const predictions = targets.map(best).filter(({ loss }) => loss > 0);
  const losses = [
    ...runs.map(({ loss }) => loss),
    ...within.map(({ loss }) => loss),
    ...beyond.map(({ loss }) => loss),
  ];
  const [least, most] = [endsOf(losses)[0], endsOf(runs.map(({ loss }) => loss))[1]];
  const room = (most - least) * 0.08;
  return {
    title: "Loss of the best allocation",
    subtitle: `${fit.method}: the lowest loss of each budget, with the best N and D`,
    legend: [
      { label: "runs", color: PALETTE[0]!, mark: "dot" },
      { label: "law", color: PALETTE[1]!, mark: "line" },
      { label: "extrapolated", color: PALETTE[1]!, mark: "dashed" },
      ...(predictions.length > 0 ? [{ label: "prediction", color: PALETTE[1]!, mark: "diamond" as const }] : []),
    ],
    plot: {
      x: { type: "log", domain, label: null },
      y: { domain: [least - 1.6 * room, most + room], label: null },
      marks: [
        ...logAxisX(domain, "training compute C (FLOPs)", "power"),
        ...linearAxisY("final loss (nats per token)"),
        frame(),
        Plot.dot(runs, { x: "C", y: "loss", r: 2.8, fill: PALETTE[0]!, fillOpacity: 0.6 }),
        Plot.line(within, { x: "C", y: "loss", stroke: PALETTE[1]!, strokeWidth: 2.2, clip: true }),
        Plot.line(beyond, {
          x: "C",
          y: "loss",
          stroke: PALETTE[1]!,
          strokeWidth: 2.2,
          strokeDasharray: "6 4",
          clip: true,
        }),
        Plot.dot(predictions, {
          x: "C",
          y: "loss",
          r: 7,
          symbol: "diamond",
          fill: PALETTE[1]!,
          stroke: "white",
          strokeWidth: 1.2,
        }),
        Plot.text(predictions, {
          x: "C",
          y: "loss",
          text: ({ C, loss }: { C: number; loss: number }) => `${loss.toFixed(3)} at ${powerOfTen(C)}`,
          dx: -12,
          dy: 18,
          textAnchor: "end",
          fontWeight: "bold",
          fontSize: 12,
          fill: INK,
          stroke: "white",
          strokeWidth: 4,
        }),
      ],
    },
  };
}
