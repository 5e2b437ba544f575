import { basename } from "node:path";
import { writeFigure } from "../../report/figure-files.ts";
import { residualFigure } from "../../report/figures/residuals.ts";
import type { Calibration } from "../../surface/calibration/family.ts";

/** Writes the residuals beside the family; returns the paths. */
export function writeResidualPlot(stem: string, { family, residuals }: Calibration, source: string): string[] {
  const figure = residualFigure(
    residuals,
    `Residuals of the ${family.law} law`,
    `${residuals.length} runs of ${basename(source)}; root mean square ${Number(family.rms.toPrecision(2))}`,
  );
  return writeFigure(`${stem}-residuals`, figure);
}
