import * as Plot from "@observablehq/plot";
import { setNumber } from "../axes.ts";
import { PALETTE } from "../colors.ts";
import type { Figure } from "../figure.ts";
import { endsOf, frame, linearAxisY, logAxisX, logDomain } from "./plot-axes.ts";

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
  const [least, most] = endsOf([0, ...shown.map(({ error }) => error)]);
  const room = (most - least) * 0.06 || 1e-3;
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
      marginLeft: 74,
      x: { type: "log", domain, label: null },
      y: { domain: [least - room, most + room], label: null },
      marks: [
        ...logAxisX(domain, "training compute C (FLOPs)", "power"),
        ...linearAxisY("ln(predicted / observed)", { tickFormat: (value: number) => setNumber(value, 3) }),
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
