import * as Plot from "@observablehq/plot";
import { type PowerLaw, powerLawAt } from "../../fit/power-law.ts";
import { formatCount } from "../../task/quantity.ts";
import { powerLawText, powerOfTen } from "../axes.ts";
import { PALETTE } from "../colors.ts";
import type { Figure } from "../figure.ts";
import { type BandPoint, bandEntry, bandMark, logSteps } from "./bands.ts";
import { placedLabels } from "./placed-labels.ts";
import { countAxisY, endsOf, frame, logAxisX, logDomain } from "./plot-axes.ts";

/** What an allocation figure shows: the optimal size, or the optimal tokens, against compute. */
export interface AllocationData {
  readonly quantity: "N" | "D";
  readonly law: PowerLaw;
  /** Compute and optimum of each budget. */
  readonly optima: readonly { readonly C: number; readonly value: number }[];
  /** What the optima are, for the legend. */
  readonly optimaAre?: string;
  /** Everything that was tried, drawn faintly. */
  readonly tried: readonly { readonly C: number; readonly value: number }[];
  /** FLOPs at which the law is read off. */
  readonly targets: readonly number[];
  /** How the law was found, for the subtitle. */
  readonly recipe: string;
  readonly band?: { readonly level: number; readonly points: readonly BandPoint[] };
  /** What was submitted, where the law alone did not decide it. */
  readonly submitted?: { readonly C: number; readonly value: number };
}

const WORDS = { N: "model size", D: "training tokens" } as const;
const UNITS = { N: "model size N (parameters)", D: "training tokens D" } as const;
const [OPTIMUM, LAW, SUBMITTED] = [PALETTE[0], PALETTE[1], PALETTE[2]] as [string, string, string];
const TRIED = "#b8bec9";

/** Optima per budget ⟨C, value⟩, the power law through them, and its extrapolation to the targets. */
export function allocationFigure(data: AllocationData): Figure {
  const { quantity, law, optima, optimaAre, tried, targets, recipe, band, submitted } = data;
  const [cheapest, measured] = endsOf([...optima, ...tried].map(({ C }) => C));
  const [lowest, highest] = logDomain([cheapest, measured, ...targets, ...(submitted ? [submitted.C] : [])], 2);
  const line = (from: number, to: number) => [from, to].map((C) => ({ C, value: powerLawAt(law, C) }));
  const predictions = targets.map((C) => ({ C, value: powerLawAt(law, C) }));
  const values = [...tried, ...optima, ...predictions, ...line(lowest, highest), ...(submitted ? [submitted] : [])];
  // A very wide band is cut off rather than let it flatten everything else.
  const [least, most] = endsOf(values.map(({ value }) => value));
  const inBand = (band?.points ?? []).flatMap(({ low, high }) => [
    Math.max(low, least / 10),
    Math.min(high, most * 10),
  ]);
  const range = logDomain([least, most, ...inBand], 1.6);
  const [bottom] = range;
  const guide = { stroke: LAW, strokeOpacity: 0.45, strokeDasharray: "2 3" };
  const white = { stroke: "white", strokeWidth: 1.2 };
  return {
    title: `Compute-optimal ${WORDS[quantity]}`,
    subtitle: `${quantity}* = ${powerLawText(law)} (${recipe})`,
    legend: [
      ...(optima.length > 0
        ? [{ label: optimaAre ?? `${quantity}* of each budget`, color: OPTIMUM, mark: "dot" as const }]
        : []),
      ...(tried.length > 0 ? [{ label: "runs", color: TRIED, mark: "dot" as const }] : []),
      { label: `${quantity}* = ${powerLawText(law)}`, color: LAW, mark: "line" },
      ...(highest > measured * 2 ? [{ label: "extrapolated", color: LAW, mark: "dashed" as const }] : []),
      ...(band && band.points.length > 1 ? [bandEntry(band.level, LAW)] : []),
      ...(predictions.length > 0 ? [{ label: "prediction", color: LAW, mark: "diamond" as const }] : []),
      ...(submitted ? [{ label: "submitted", color: SUBMITTED, mark: "diamond" as const }] : []),
    ],
    plot: {
      marginLeft: 66,
      x: { type: "log", domain: [lowest, highest], label: null },
      y: { type: "log", domain: range, label: null },
      marks: [
        ...logAxisX([lowest, highest], "training compute C (FLOPs)", "power"),
        ...countAxisY(range, UNITS[quantity]),
        frame(),
        ...bandMark(band?.points ?? [], LAW),
        Plot.dot(tried, { x: "C", y: "value", r: 2.2, fill: TRIED }),
        Plot.ruleX(predictions, { x: "C", y1: bottom, y2: "value", ...guide }),
        Plot.ruleY(predictions, { y: "value", x1: lowest, x2: "C", ...guide }),
        Plot.line(line(lowest, measured), { x: "C", y: "value", stroke: LAW, strokeWidth: 2.2 }),
        Plot.line(line(measured, highest), {
          x: "C",
          y: "value",
          stroke: LAW,
          strokeWidth: 2.2,
          strokeDasharray: "6 4",
        }),
        Plot.dot(optima, { x: "C", y: "value", r: 5, fill: OPTIMUM, ...white }),
        Plot.dot(predictions, { x: "C", y: "value", symbol: "diamond", r: 7, fill: LAW, ...white }),
        Plot.dot(submitted ? [submitted] : [], {
          x: "C",
          y: "value",
          symbol: "diamond",
          r: 7,
          fill: SUBMITTED,
          ...white,
        }),
        placedLabels(
          [
            ...predictions.map(({ C, value }) => ({
              x: C,
              y: value,
              text: `${precise(value)} at ${powerOfTen(C)} FLOPs`,
            })),
            ...(submitted ? [{ x: submitted.C, y: submitted.value, text: precise(submitted.value) }] : []),
          ],
          [...tried, ...optima].map(({ C, value }) => ({ x: C, y: value })),
          logSteps(lowest, highest).map((C) => ({ x: C, y: powerLawAt(law, C) })),
        ),
      ],
    },
  };
}

/** One digit more than an axis has: `50.02B`. */
function precise(value: number): string {
  const unit = formatCount(value).replace(/[\d.e+-]/g, "");
  const scale = { "": 1, k: 1e3, M: 1e6, B: 1e9, T: 1e12 }[unit] ?? 1;
  return `${(value / scale).toPrecision(4)}${unit}`;
}
