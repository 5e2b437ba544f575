import { type Compute, computeOf } from "../../fit/compute.ts";
import { constrainedOptimum, isLimited, sizeTable } from "../../fit/constrained.ts";
import { type Allocation, isUsable } from "../../fit/fitter.ts";
import { extrapolation, farText, predictionOf } from "../../fit/plausibility.ts";
import type { Sensitivity } from "../../fit/sensitivity.ts";
import type { TableRun } from "../../table/run-reader.ts";
import { tableJson } from "../table-options.ts";
import type { FitReport, ReportedFit } from "./report.ts";

/** The document `isoflop fit --json` prints (docs/fitters.md). Numbers are not rounded. */
export function fitsJson(report: FitReport): object {
  const { fits, runs, choice, holdOut } = report;
  const { accounting, dropped, notes } = runs.table;
  return {
    ...tableJson(runs.table),
    runs: { n: runs.table.runs.length, accounting, dropped, notes },
    fits: fits.map((reported) => fitJson(reported, report)),
    ...(choice && { modelChoice: choice }),
    ...(holdOut && { holdOut }),
  };
}

function fitJson(
  { fit, intervals, floor, sensitivity }: ReportedFit,
  { targets, runs: { table }, limits, sizes }: FitReport,
): object {
  const { runs } = table;
  const compute = computeOf(runs);
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
      const prediction = isUsable(fit) || fit.status === "implausible" ? predictionOf(fit, C) : undefined;
      if (!prediction) return [];
      const { N, D } = prediction;
      const far = farText(runs, C);
      const interval = intervals?.targets.find((target) => target.C === C);
      return [
        {
          loss: null,
          ...prediction,
          flops: N !== undefined && D !== undefined && !compute.fault ? compute.flops(N, D) : C,
          extrapolation: extrapolation(runs, C),
          ...(far && { warning: far }),
          ...(isLimited(limits) && { constrained: priced(constrainedOptimum(fit, C, limits, compute), compute) }),
          ...(sizes && { sizes: sizeTable(fit, C, compute) ?? null }),
          ...(interval && { interval: { level: intervals!.level, N: interval.N, D: interval.D, loss: interval.loss } }),
        },
      ];
    }),
    warnings: fit.warnings,
  };
}

function priced(optimum: Allocation | undefined, compute: Compute): object | null {
  return optimum ? { ...optimum, flops: compute.flops(optimum.N, optimum.D) } : null;
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
