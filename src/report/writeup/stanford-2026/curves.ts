import * as Plot from "@observablehq/plot";
import { nonEmbeddingParameters } from "../../../task/accounting.ts";
import { formatCount } from "../../../task/quantity.ts";
import { orderedColor } from "../../colors.ts";
import type { Figure } from "../../figure.ts";
import { frame, linearAxisY, logAxisX, logDomain } from "../../figures/plot-axes.ts";
import type { JobWriteupNumbers } from "./numbers.ts";

/** Sizes named in the legend at most. */
const MOST_NAMED = 10;

/** The loss curves of all jobs over the tokens they had seen; the color is the size. */
export function curvesFigure({ runs }: JobWriteupNumbers): Figure | undefined {
  const sizes = [...new Set(runs.map(nonEmbeddingParameters))].toSorted((a, b) => a - b);
  const colorOf = new Map(sizes.map((N, i) => [N, orderedColor(i, sizes.length)]));
  const curves = runs.flatMap((run, series) => {
    const { curve = [], trained = 0 } = run.course ?? {};
    const color = colorOf.get(nonEmbeddingParameters(run)) as string;
    return curve.map((loss, i) => ({ D: (trained * (i + 1)) / curve.length, loss, series, color }));
  });
  if (curves.length < 2) return undefined;
  const losses = curves.map(({ loss }) => loss);
  const room = (Math.max(...losses) - Math.min(...losses) || 1) * 0.05;
  const domain = logDomain(
    curves.map(({ D }) => D),
    1.2,
  );
  const step = Math.ceil(sizes.length / MOST_NAMED);
  const named = sizes.filter((_, i) => i % step === 0);
  return {
    title: "Loss curves",
    subtitle: "validation loss of every job while it trained",
    legend: named.map((N) => ({ label: `N = ${formatCount(N)}`, color: colorOf.get(N) as string, mark: "line" })),
    plot: {
      x: { type: "log", domain, label: null },
      y: { domain: [Math.min(...losses) - room, Math.max(...losses) + room], label: null },
      color: { type: "identity" },
      marks: [
        ...logAxisX(domain, "tokens seen", "count"),
        ...linearAxisY("validation loss (nats per token)"),
        frame(),
        Plot.line(curves, { x: "D", y: "loss", z: "series", stroke: "color", strokeWidth: 1.4 }),
      ],
    },
  };
}
