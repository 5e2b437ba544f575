import type { Sensitivity } from "../../fit/sensitivity.ts";
import type { TableRun } from "../../table/runs.ts";
import { tableJson } from "../table-options.ts";
import type { FitReport, ReportedFit } from "./report.ts";

/** The document `isoflop fit --json` prints (docs/fitters.md). Numbers are not rounded. */
export function fitsJson({ fits, targets, runs, choice }: FitReport): object {
  const { accounting, dropped, notes } = runs.table;
  return {
    ...tableJson(runs.table),
    runs: { n: runs.table.runs.length, accounting, dropped, notes },
    fits: fits.map((reported) => fitJson(reported, targets)),
    ...(choice && { modelChoice: choice }),
  };
}

function fitJson({ fit, intervals, floor, sensitivity }: ReportedFit, targets: readonly number[]): object {
  return {
    method: fit.method,
    status: fit.status,
    explanation: fit.explanation,
    objective: fit.objective ?? null,
    parameters: fit.parameters,
    intervals: {
      ...(intervals && { level: intervals.level, ...intervals.parameters }),
      ...(floor && { profileE: floor.interval }),
    },
    exponents: fit.exponents ?? null,
    ...(sensitivity && { sensitivity: sensitivityJson(sensitivity) }),
    laws: fit.laws ?? null,
    points: fit.points,
    targets: targets.flatMap((C) => {
      const optimum = fit.optimum(C);
      if (!optimum) return [];
      const interval = intervals?.targets.find((target) => target.C === C);
      return [
        {
          loss: null,
          ...optimum,
          ...(interval && { interval: { level: intervals!.level, N: interval.N, D: interval.D, loss: interval.loss } }),
        },
      ];
    }),
    warnings: fit.warnings,
  };
}

function sensitivityJson({ exponents, outliers }: Sensitivity<TableRun>): object {
  return {
    a: exponents.map(({ objective, delta, a, withoutOutliers }) => ({
      objective,
      delta: delta ?? null,
      a: a ?? null,
      withoutOutliers: withoutOutliers ?? null,
    })),
    outliers: outliers.map(({ run, residual }) => ({ row: run.row, residual })),
  };
}
