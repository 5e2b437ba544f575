import * as Plot from "@observablehq/plot";
import { logTicks, powerOfTen } from "../axes.ts";
import { type Figure, PALETTE } from "../figure.ts";

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
  const [low, high] = [
    Math.min(...residuals.map(({ trainFlops }) => trainFlops)) / 2,
    Math.max(...residuals.map(({ trainFlops }) => trainFlops)) * 2,
  ];
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
    caption: `Runs of one budget are spread sideways${apart ? ", those on the grid left of those off it" : ""}: only the height is measured.`,
    plot: {
      x: { type: "log", domain: [low, high], label: null },
      y: { label: null, nice: true },
      marks: [
        Plot.gridX(logTicks(low, high), { stroke: "#e3e6ec", strokeOpacity: 1 }),
        Plot.gridY({ stroke: "#e3e6ec", strokeOpacity: 1 }),
        Plot.axisX(logTicks(low, high), {
          tickFormat: powerOfTen,
          label: "training compute C (FLOPs)",
          labelAnchor: "center",
          labelArrow: "none",
          labelOffset: 40,
        }),
        Plot.axisY({ label: "ln(predicted / observed)", labelAnchor: "top", labelArrow: "none" }),
        Plot.frame({ stroke: "#c5cad3" }),
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
