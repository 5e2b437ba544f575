import * as Plot from "@observablehq/plot";
import { powerOfTen } from "../axes.ts";
import { INK, orderedColor } from "../colors.ts";
import type { Figure, LegendEntry } from "../figure.ts";
import { type BandPoint, bandMark, curveRange, logSteps } from "./bands.ts";
import { endsOf, frame, linearAxisY, logAxisX, logDomain } from "./plot-axes.ts";

/** The runs of a budget, with the curve through them where there is one. */
export interface Profile {
  readonly C: number;
  readonly runs: readonly { readonly N: number; readonly loss: number; readonly faint?: boolean }[];
  readonly lossAt?: ((N: number) => number) | undefined;
  /** Intervals of the curve along N. */
  readonly band?: readonly BandPoint[] | undefined;
  readonly optimum?: { readonly N: number; readonly loss: number } | undefined;
}

/** What a figure of isoFLOP profiles says about its marks. */
export interface ProfileWords {
  readonly subtitle: string;
  readonly optimum: string;
  /** What the band is, such as "90 % interval of the law". */
  readonly band?: string;
  /** What distinguishes the faint runs. */
  readonly faint?: string;
}

/** Budgets drawn at most: more are thinned, the first and the last kept. */
const MOST = 10;

/** IsoFLOP profiles: loss over size for each budget, a curve through them, and its optimum. */
export function profilesFigure(all: readonly Profile[], words: ProfileWords): Figure {
  const profiles = thinned(all).map((profile, i, { length }) => ({ ...profile, color: orderedColor(i, length) }));
  const points = profiles.flatMap(({ runs, color }) => runs.map((run) => ({ ...run, color })));
  const steps = profiles.map(({ runs, lossAt, band = [], color }, series) => {
    const fitted = runs.filter((run) => !run.faint);
    const [low, high] = curveRange((fitted.length > 0 ? fitted : runs).map(({ N }) => N));
    const sizes = lossAt ? logSteps(low, high) : [];
    const line = sizes.flatMap((N) => ({ N, loss: lossAt?.(N) ?? Number.NaN, color, series }));
    return { color, line, band };
  });
  const optima = profiles.flatMap(({ optimum, color }) => (optimum ? [{ ...optimum, color }] : []));
  const lines = steps.flatMap(({ line }) => line);
  const domain = logDomain(
    [...points, ...lines].map(({ N }) => N),
    1.2,
  );
  const [lowest, highest] = endsOf([...points, ...optima].map(({ loss }) => loss));
  // A curve that leaves its runs far behind is cut off.
  const reach = 0.12 * (highest - lowest || highest);
  const shown = lines.map(({ loss }) => Math.min(Math.max(loss, lowest - reach), highest + reach));
  const [least, most] = endsOf([lowest, highest, ...shown]);
  const room = (most - least || most) * 0.05;
  const banded = steps.some(({ band }) => band.length > 1);
  const faint = points.filter((point) => point.faint);
  return {
    title: "IsoFLOP profiles",
    subtitle: words.subtitle,
    legend: [
      ...profiles.map(({ C, color }, i): LegendEntry => {
        const label = i === 0 ? `C = ${powerOfTen(C)} FLOPs` : powerOfTen(C);
        return { label, color, mark: "dot" };
      }),
      ...(faint.length > 0 && words.faint ? [{ label: words.faint, color: INK, mark: "ring" as const }] : []),
      ...(optima.length > 0 ? [{ label: words.optimum, color: INK, mark: "diamond" as const }] : []),
      ...(banded && words.band ? [{ label: words.band, color: INK, mark: "band" as const }] : []),
    ],
    plot: {
      x: { type: "log", domain, label: null },
      y: { domain: [least - room, most + room], label: null },
      color: { type: "identity" },
      marks: [
        ...logAxisX(domain, "model size N (parameters)", "count"),
        ...linearAxisY("final loss (nats per token)"),
        frame(),
        ...steps.flatMap(({ band, color }) => bandMark(band, color, 0.18)),
        Plot.line(lines, { x: "N", y: "loss", z: "series", stroke: "color", strokeWidth: 1.8, clip: true }),
        Plot.dot(faint, { x: "N", y: "loss", r: 3.2, fill: "white", stroke: "color", strokeWidth: 1.2 }),
        Plot.dot(
          points.filter((point) => !point.faint),
          { x: "N", y: "loss", r: 3.6, fill: "color", stroke: "white", strokeWidth: 0.8 },
        ),
        Plot.dot(optima, { x: "N", y: "loss", r: 6, symbol: "diamond", fill: "color", stroke: INK, strokeWidth: 1.4 }),
      ],
    },
  };
}

function thinned<T>(values: readonly T[]): readonly T[] {
  if (values.length <= MOST) return values;
  return Array.from({ length: MOST }, (_, i) => values[Math.round((i * (values.length - 1)) / (MOST - 1))] as T);
}
