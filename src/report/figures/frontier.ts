import * as Plot from "@observablehq/plot";
import { powerOfTen } from "../axes.ts";
import { PALETTE } from "../colors.ts";
import type { Figure } from "../figure.ts";
import { type BandPoint, bandEntry, bandMark, logSteps } from "./bands.ts";
import { placedLabels } from "./placed-labels.ts";
import { endsOf, frame, linearAxisY, logAxisX, logDomain } from "./plot-axes.ts";

/** What a figure of the best loss over compute shows. */
export interface FrontierData {
  readonly runs: readonly { readonly C: number; readonly loss: number }[];
  /** The lowest loss of C FLOPs by the law; undefined or not positive where it has none. */
  readonly lossAt: (C: number) => number | undefined;
  readonly targets: readonly number[];
  readonly subtitle: string;
  readonly band?: { readonly level: number; readonly points: readonly BandPoint[] };
  /** What was submitted, with its interval. */
  readonly submitted?: { readonly C: number; readonly loss: number; readonly low?: number; readonly high?: number };
}

const [RUN, LAW, SUBMITTED] = [PALETTE[0], PALETTE[1], PALETTE[2]] as [string, string, string];

/** The loss of the best allocation over compute, through the runs and on to the targets. */
export function frontierFigure({ runs, lossAt, targets, subtitle, band, submitted }: FrontierData): Figure {
  const measured = logDomain(
    runs.map(({ C }) => C),
    1,
  );
  const domain = logDomain([...measured, ...targets, ...(submitted ? [submitted.C] : [])], 2);
  const best = (C: number) => ({ C, loss: lossAt(C) ?? Number.NaN });
  const line = (from: number, to: number) =>
    logSteps(from, to)
      .map(best)
      .filter(({ loss }) => loss > 0);
  const [within, beyond] = [line(domain[0], measured[1]), line(measured[1], domain[1])];
  const predictions = targets.map(best).filter(({ loss }) => loss > 0);
  const ends = submitted ? [submitted.loss, submitted.low ?? submitted.loss, submitted.high ?? submitted.loss] : [];
  const [least, most] = endsOf([...[...runs, ...within, ...beyond].map(({ loss }) => loss), ...ends]);
  // The law may rise far above the runs at the left, and a band beyond all; they are cut off there.
  const highest = Math.min(most, endsOf([...[...runs, ...predictions].map(({ loss }) => loss), ...ends])[1]);
  const inBand = (band?.points ?? []).flatMap(({ x, low, high }) =>
    x >= measured[0] ? [Math.max(low, least - (highest - least) / 4), Math.min(high, highest)] : [],
  );
  const [bottom, top] = endsOf([least, highest, ...inBand]);
  const room = (top - bottom || top) * 0.09;
  const white = { stroke: "white", strokeWidth: 1.2 };
  const curve = { x: "C", y: "loss", stroke: LAW, strokeWidth: 2.2, clip: true } as const;
  return {
    title: "Loss of the best allocation",
    subtitle,
    legend: [
      { label: "runs", color: RUN, mark: "dot" },
      ...(within.length > 0 ? [{ label: "law", color: LAW, mark: "line" as const }] : []),
      ...(targets.length > 0 && beyond.length > 0
        ? [{ label: "extrapolated", color: LAW, mark: "dashed" as const }]
        : []),
      ...(band && band.points.length > 1 ? [bandEntry(band.level, LAW)] : []),
      ...(predictions.length > 0 ? [{ label: "prediction", color: LAW, mark: "diamond" as const }] : []),
      ...(submitted ? [{ label: "submitted", color: SUBMITTED, mark: "diamond" as const }] : []),
      ...(submitted?.low === undefined ? [] : [{ label: "its interval", color: SUBMITTED, mark: "line" as const }]),
    ],
    plot: {
      x: { type: "log", domain, label: null },
      y: { domain: [bottom - room, top + room], label: null },
      marks: [
        ...logAxisX(domain, "training compute C (FLOPs)", "power"),
        ...linearAxisY("final loss (nats per token)"),
        frame(),
        ...bandMark(band?.points ?? [], LAW),
        Plot.dot(runs, { x: "C", y: "loss", r: 2.8, fill: RUN, fillOpacity: 0.6 }),
        Plot.line(within, curve),
        Plot.line(beyond, { ...curve, strokeDasharray: "6 4" }),
        ...(submitted?.low === undefined
          ? []
          : [Plot.ruleX([submitted], { x: "C", y1: "low", y2: "high", stroke: SUBMITTED, strokeWidth: 2.5 })]),
        Plot.dot(predictions, { x: "C", y: "loss", r: 7, symbol: "diamond", fill: LAW, ...white }),
        Plot.dot(submitted ? [submitted] : [], {
          x: "C",
          y: "loss",
          r: 7,
          symbol: "diamond",
          fill: SUBMITTED,
          ...white,
        }),
        placedLabels(
          [
            ...predictions.map(({ C, loss }) => ({ x: C, y: loss, text: `${loss.toFixed(3)} at ${powerOfTen(C)}` })),
            ...(submitted ? [{ x: submitted.C, y: submitted.loss, text: submitted.loss.toFixed(3) }] : []),
          ],
          runs.map(({ C, loss }) => ({ x: C, y: loss })),
          [...within, ...beyond].map(({ C, loss }) => ({ x: C, y: loss })),
        ),
      ],
    },
  };
}
