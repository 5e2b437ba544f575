import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Fit, isUsable } from "../../fit/fitter.ts";
import { predictionOf } from "../../fit/plausibility.ts";
import { type Figure, renderPng, renderSvg } from "../../report/figure.ts";
import { allocationFigure } from "../../report/figures/allocation.ts";
import { frontierFigure } from "../../report/figures/frontier.ts";
import { profilesFigure } from "../../report/figures/profiles.ts";
import { residualFigure } from "../../report/figures/residuals.ts";
import type { FitReport } from "./report.ts";

/** Writes every figure of the fits as SVG and PNG into a folder that exists, named after the runs; returns the paths. */
export function writeFigures(folder: string, runs: string, report: FitReport): string[] {
  return report.fits.flatMap(({ fit }) =>
    Object.entries(figuresOf(fit, report)).flatMap(([name, figure]) => {
      const path = join(folder, `${runs}-${fit.method}-${name}`);
      const svg = renderSvg(figure);
      writeFileSync(`${path}.svg`, svg);
      writeFileSync(`${path}.png`, renderPng(svg));
      return [`${path}.svg`, `${path}.png`];
    }),
  );
}

function figuresOf(fit: Fit, { runs, targets }: FitReport): Record<string, Figure> {
  if (!isUsable(fit)) return {};
  const tried = runs.table.runs;
  const figures: Record<string, Figure> = { profiles: profilesFigure(fit, tried) };
  for (const quantity of fit.laws ? (["N", "D"] as const) : [])
    figures[`${quantity}-opt`] = allocationFigure({
      quantity,
      law: fit.laws![quantity],
      optima: fit.points.map((point) => ({ C: point.C, value: point[quantity] })),
      tried: tried.map((run) => ({ C: run.C, value: run[quantity] })),
      targets,
      recipe: fit.objective ? `${fit.method}, ${fit.objective.name}` : fit.explanation,
    });
  const { loss } = fit;
  if (loss) {
    const residuals = tried.map(({ N, D, C, loss: observed }) => ({
      trainFlops: C,
      onGrid: true,
      error: Math.log(loss(N, D, C) / observed),
    }));
    figures.residuals = residualFigure(
      residuals,
      "Residuals",
      `${fit.method}: ln(predicted/observed) of ${tried.length} runs`,
    );
  }
  const reach = [tried[0]!.C, ...targets].some((C) => predictionOf(fit, C)?.loss !== undefined);
  if (reach) figures.loss = frontierFigure(fit, tried, targets);
  return figures;
}
