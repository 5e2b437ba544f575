import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { renderPng, renderSvg } from "../../report/figure.ts";
import { residualFigure } from "../../report/figures/residuals.ts";
import type { Calibration } from "../../surface/calibration/family.ts";

/** Writes the residuals as SVG and PNG beside the family; returns the paths. */
export function writeResidualPlot(stem: string, { family, residuals }: Calibration, source: string): string[] {
  const figure = residualFigure(
    residuals,
    `Residuals of the ${family.law} law`,
    `${residuals.length} runs of ${basename(source)}; root mean square ${Number(family.rms.toPrecision(2))}`,
  );
  const svg = renderSvg(figure);
  writeFileSync(`${stem}-residuals.svg`, svg);
  writeFileSync(`${stem}-residuals.png`, renderPng(svg));
  return [`${stem}-residuals.svg`, `${stem}-residuals.png`];
}
