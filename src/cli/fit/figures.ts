import { join } from "node:path";
import { refitInterval, refitIntervals } from "../../fit/bootstrap.ts";
import { computeOf } from "../../fit/compute.ts";
import { type Fit, isUsable } from "../../fit/fitter.ts";
import { fitParabola } from "../../fit/methods/parabola.ts";
import { predictionOf } from "../../fit/plausibility.ts";
import type { Figure, FigureStyle } from "../../report/figure.ts";
import { writeFigure } from "../../report/figure-files.ts";
import { allocationFigure } from "../../report/figures/allocation.ts";
import { curveRange, logSteps } from "../../report/figures/bands.ts";
import { frontierFigure } from "../../report/figures/frontier.ts";
import { endsOf } from "../../report/figures/plot-axes.ts";
import { type Profile, profilesFigure } from "../../report/figures/profiles.ts";
import { residualFigure } from "../../report/figures/residuals.ts";
import { budgetsIn } from "../../table/budgets.ts";
import { type FitReport, LEVEL, type Refits, type ReportedFit } from "./report.ts";

/** Writes every figure of the fits into a folder that exists, named after the runs; returns the paths. */
export function writeFigures(folder: string, runs: string, report: FitReport, style: FigureStyle): string[] {
  return report.fits.flatMap((reported) =>
    Object.entries(figuresOf(reported, report)).flatMap(([name, figure]) =>
      writeFigure(join(folder, `${runs}-${reported.fit.method}-${name}`), figure, style),
    ),
  );
}

/** Values of C at which bands are drawn. */
const BAND_STEPS = 25;

function figuresOf({ fit, refits }: ReportedFit, { runs, targets }: FitReport): Record<string, Figure> {
  if (!isUsable(fit)) return {};
  const tried = runs.table.runs;
  const figures: Record<string, Figure> = { profiles: profilesOf(fit, refits, tried) };
  const [least, most] = endsOf([...tried.map(({ C }) => C), ...targets]);
  const intervals =
    refits && refitIntervals(refits.fits, logSteps(least / 2, most * 2, BAND_STEPS), LEVEL, refits.freedom);
  const band = (of: "N" | "D" | "loss") => {
    const points = (intervals?.targets ?? []).flatMap(({ C, [of]: interval }) =>
      interval ? [{ x: C, low: interval[0], high: interval[1] }] : [],
    );
    return points.length > 1 ? { band: { level: LEVEL, points } } : {};
  };
  for (const quantity of fit.laws ? (["N", "D"] as const) : [])
    figures[`${quantity}-opt`] = allocationFigure({
      quantity,
      law: fit.laws![quantity],
      optima: fit.points.map((point) => ({ C: point.C, value: point[quantity] })),
      tried: tried.map((run) => ({ C: run.C, value: run[quantity] })),
      targets,
      recipe: fit.objective ? `${fit.method}, ${fit.objective.name}` : fit.explanation,
      ...band(quantity),
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
  if (reach)
    figures.loss = frontierFigure({
      runs: tried,
      lossAt: (C) => predictionOf(fit, C)?.loss,
      targets,
      subtitle: `${fit.method}: the lowest loss of each budget, with the best N and D`,
      ...band("loss"),
    });
  return figures;
}

type Runs = FitReport["runs"]["table"]["runs"];

function profilesOf(fit: Fit, refits: Refits | undefined, runs: Runs): Figure {
  const all = budgetsIn(runs).filter((budget) => budget.runs.length > 1);
  const compute = computeOf(runs);
  const lossOf = ({ loss }: Fit, C: number) => loss && ((N: number) => loss(N, compute.tokens(C, N), C));
  const bandOf = (own: readonly { readonly N: number; readonly C: number }[]) => {
    return logSteps(...curveRange(own.map(({ N }) => N)), BAND_STEPS).flatMap((N) => {
      const C = own[0]!.C;
      const interval = refitInterval(refits?.fits ?? [], LEVEL, (refit) => lossOf(refit, C)?.(N), refits?.freedom);
      return interval ? [{ x: N, low: interval[0], high: interval[1] }] : [];
    });
  };
  const profiles = (all.length > 0 ? all : budgetsIn(runs)).map(({ C, runs: own }): Profile => {
    const optimum =
      fit.points.length > 0 ? fit.points.find((point) => Math.abs(point.C / C - 1) < 0.02) : fit.optimum(C);
    return {
      C,
      runs: own,
      lossAt: fit.loss ? lossOf(fit, C) : fitParabola(own.map((run) => ({ x: run.N, y: run.loss })))?.at,
      ...(optimum?.loss !== undefined && { optimum: { N: optimum.N, loss: optimum.loss } }),
      ...(refits && fit.loss && { band: bandOf(own) }),
    };
  });
  return profilesFigure(profiles, {
    subtitle: `final loss over model size, one color per budget; curves: ${fit.loss ? fit.method : "a parabola each"}`,
    optimum: "optimum",
    band: `${Math.round(100 * LEVEL)} % interval of the law`,
  });
}
