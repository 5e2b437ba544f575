import * as Plot from "@observablehq/plot";
import { type Figure, PALETTE } from "../figure.ts";
import { frame, linearAxisY, logAxisX, logDomain } from "./plot-axes.ts";

/** One row: how far a prediction is from what was observed. */
export interface PlottedResidual {
  /** FLOPs. */
  readonly trainFlops: number;
  readonly onGrid: boolean;
  /** ln(predicted / observed). */
  readonly error: number;
}

/** Residuals against compute, on and off the grid side by side. */
export function residualFigure(residuals: readonly PlottedResidual[], title: string, subtitle: string): Figure {
  const apart = residuals.some(({ onGrid }) => !onGrid);
  const domain = logDomain(
    residuals.map(({ trainFlops }) => trainFlops),
    2,
  );
  // Beside each other, and spread a little by their order, so that equal budgets do not hide each other.
  const shown = residuals.map((residual, index) => ({
    ...residual,
    x:
      residual.trainFlops *
      Math.exp((residual.onGrid ? -0.16 : 0.16) * (apart ? 1 : 0) + 0.1 * (((index * 7) % 11) / 5 - 1)),
  }));
  return {
    title,
    subtitle,
    ...(apart && {
      legend: [
        { label: "on the grid", color: PALETTE[0]!, mark: "dot" as const },
        { label: "off the grid", color: PALETTE[1]!, mark: "dot" as const },
      ],
    }),
    caption: `Runs of one budget are spread horizontally${apart ? ", those on the grid left of those off it" : ""}: only the height is data.`,
    plot: {
      x: { type: "log", domain, label: null },
      y: { label: null, nice: true },
      marks: [
        ...logAxisX(domain, "training compute C (FLOPs)", "power"),
        ...linearAxisY("ln(predicted / observed)", { tickFormat: shortNumber }),
        frame(),
        Plot.ruleY([0], { stroke: "#3b4252", strokeOpacity: 0.6 }),
        Plot.dot(shown, {
          x: "x",
          y: "error",
          r: 2.2,
          fill: (row: PlottedResidual) => (row.onGrid ? PALETTE[0]! : PALETTE[1]!),
          fillOpacity: 0.55,
        }),
      ],
    },
  };
}

/** Residuals of an exact fit are rounding errors: what is too small for a decimal fraction has an exponent. */
function shortNumber(value: number): string {
  const text =
    value === 0 || Math.abs(value) >= 1e-4
      ? String(Number(value.toPrecision(6)))
      : Number(value.toPrecision(2)).toExponential();
  return text.replace(/-/g, "−");
}
