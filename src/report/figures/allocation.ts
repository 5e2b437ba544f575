import * as Plot from "@observablehq/plot";
import { type PowerLaw, powerLawAt } from "../../fit/power-law.ts";
import { formatCount } from "../../task/quantity.ts";
import { powerOfTen } from "../axes.ts";
import { type Figure, INK, PALETTE } from "../figure.ts";
import { countAxisY, endsOf, frame, logAxisX, logDomain } from "./plot-axes.ts";

/** What an allocation figure shows: the optimal size, or the optimal tokens, against compute. */
export interface AllocationData {
  readonly quantity: "N" | "D";
  readonly law: PowerLaw;
  /** Compute and optimum of each budget. */
  readonly optima: readonly { readonly C: number; readonly value: number }[];
  /** Everything that was tried, drawn faintly. */
  readonly tried: readonly { readonly C: number; readonly value: number }[];
  /** FLOPs at which the law is read off. */
  readonly targets: readonly number[];
  /** How the law was found, for the subtitle. */
  readonly recipe: string;
}

const WORDS = { N: "model size", D: "training tokens" } as const;
const UNITS = { N: "model size N (parameters)", D: "training tokens D" } as const;

/** Optima per budget ⟨C, value⟩, the power law through them, and its extrapolation to the targets. */
export function allocationFigure({ quantity, law, optima, tried, targets, recipe }: AllocationData): Figure {
  const budgets = (optima.length > 0 ? optima : tried).map(({ C }) => C);
  const [cheapest, measured] = endsOf(budgets);
  const lowest = cheapest / 2;
  const highest = Math.max(measured, ...targets) * 2;
  const line = (from: number, to: number) =>
    [from, Math.sqrt(from * to), to].map((C) => ({ C, value: powerLawAt(law, C) }));
  const predictions = targets.map((C) => ({ C, value: powerLawAt(law, C) }));
  const values = [...tried, ...optima, ...predictions, ...line(lowest, highest)].map(({ value }) => value);
  const [bottom, top] = logDomain(values, 1.6);
  const subscript = quantity === "N" ? "N" : "D";
  const label = `${subscript}opt = ${short(law.coefficient)} · C^${law.exponent.toFixed(4)}`;
  return {
    title: `Compute-optimal ${WORDS[quantity]}`,
    subtitle: `${label}    (${recipe})`,
    legend: [
      ...(optima.length > 0
        ? [{ label: `⟨C, ${subscript}opt⟩ of each budget`, color: PALETTE[0]!, mark: "dot" as const }]
        : []),
      ...(tried.length > 0 ? [{ label: "runs", color: "#b8bec9", mark: "dot" as const }] : []),
      { label: "power law", color: PALETTE[1]!, mark: "line" },
      { label: "extrapolated", color: PALETTE[1]!, mark: "dashed" },
      { label: "prediction", color: PALETTE[1]!, mark: "diamond" },
    ],
    plot: {
      marginLeft: 70,
      x: { type: "log", domain: [lowest, highest], label: null },
      y: { type: "log", domain: [bottom, top], label: null },
      marks: [
        ...logAxisX([lowest, highest], "training compute C (FLOPs)", "power"),
        ...countAxisY([bottom, top], UNITS[quantity]),
        frame(),
        Plot.dot(tried, { x: "C", y: "value", r: 2.2, fill: "#b8bec9" }),
        Plot.ruleX(predictions, {
          x: "C",
          y1: bottom,
          y2: "value",
          stroke: PALETTE[1]!,
          strokeOpacity: 0.45,
          strokeDasharray: "2 3",
        }),
        Plot.ruleY(predictions, {
          y: "value",
          x1: lowest,
          x2: "C",
          stroke: PALETTE[1]!,
          strokeOpacity: 0.45,
          strokeDasharray: "2 3",
        }),
        Plot.line(line(lowest, measured), { x: "C", y: "value", stroke: PALETTE[1]!, strokeWidth: 2.2 }),
        Plot.line(line(measured, highest), {
          x: "C",
          y: "value",
          stroke: PALETTE[1]!,
          strokeWidth: 2.2,
          strokeDasharray: "6 4",
        }),
        Plot.dot(optima, { x: "C", y: "value", r: 5, fill: PALETTE[0]!, stroke: "white", strokeWidth: 1.2 }),
        Plot.dot(predictions, {
          x: "C",
          y: "value",
          symbol: "diamond",
          r: 7,
          fill: PALETTE[1]!,
          stroke: "white",
          strokeWidth: 1.2,
        }),
        Plot.text(predictions, {
          x: "C",
          y: "value",
          text: ({ C, value }: { C: number; value: number }) => `${precise(value)} at ${powerOfTen(C)} FLOPs`,
          dx: -12,
          dy: -13,
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

function short(value: number): string {
  return value >= 1e-3 && value < 1e5 ? String(Number(value.toPrecision(4))) : value.toExponential(3);
}

/** One digit more than an axis has: `50.02B`. */
function precise(value: number): string {
  const unit = formatCount(value).replace(/[\d.e+-]/g, "");
  const scale = { "": 1, k: 1e3, M: 1e6, B: 1e9, T: 1e12 }[unit] ?? 1;
  return `${(value / scale).toPrecision(4)}${unit}`;
}
