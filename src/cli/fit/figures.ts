import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fit } from "../../fit/fitter.ts";
import { type Figure, renderPng, renderSvg } from "../../report/figure.ts";
import { allocationFigure } from "../../report/figures/allocation.ts";
import type { FittedRuns } from "./action.ts";

/** Writes every figure of the fits as SVG and PNG; returns the paths. */
export function writeFigures(
  folder: string,
  fits: readonly Fit[],
  runs: FittedRuns,
  targets: readonly number[],
): string[] {
  mkdirSync(folder, { recursive: true });
  return fits.flatMap((fit) =>
    Object.entries(figuresOf(fit, runs, targets)).flatMap(([name, figure]) => {
      const path = join(folder, `${fit.method}-${name}`);
      const svg = renderSvg(figure);
      writeFileSync(`${path}.svg`, svg);
      writeFileSync(`${path}.png`, renderPng(svg));
      return [`${path}.svg`, `${path}.png`];
    }),
  );
}

function figuresOf(fit: Fit, { table }: FittedRuns, targets: readonly number[]): Record<string, Figure> {
  const figures: Record<string, Figure> = {};
  for (const quantity of fit.laws ? (["N", "D"] as const) : [])
    figures[`${quantity}-opt`] = allocationFigure({
      quantity,
      law: fit.laws![quantity],
      optima: fit.points.map((point) => ({ C: point.C, value: point[quantity] })),
      tried: table.runs.map((run) => ({ C: run.C, value: run[quantity] })),
      targets,
      recipe: fit.explanation,
    });
  return figures;
}
