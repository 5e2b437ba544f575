import type { Interval } from "../../fit/bootstrap.ts";
import { computeOf } from "../../fit/compute.ts";
import { constrainedOptimum, isLimited, type Limits, sizeTable } from "../../fit/constrained.ts";
import { COURSE_LAW } from "../../fit/course-data.ts";
import { type Allocation, type Fit, isUsable } from "../../fit/fitter.ts";
import { extrapolation, farText, type Prediction, predictionOf } from "../../fit/plausibility.ts";
import { OUTLYING, type Sensitivity } from "../../fit/sensitivity.ts";
import { chinchillaOptimum } from "../../law/chinchilla.ts";
import { rowsText } from "../../table/cells.ts";
import type { TableRun } from "../../table/run-reader.ts";
import { formatCount, formatFlops } from "../../task/quantity.ts";
import { plainTable } from "../table.ts";
import { counts, facts, range, significant, whole } from "./print-numbers.ts";
import { type FitReport, type FittedRuns, LEVEL, type ReportedFit } from "./report.ts";

/** One fit: how it was found, its parameters, and what it predicts. */
export function printFit(
  { fit, intervals, floor, sensitivity }: ReportedFit,
  { targets, runs, resampling, limits, sizes }: FitReport,
): string {
  const lines: (readonly [string, string])[] = [
    ["method", fit.method],
    ["status", `${fit.status}: ${fit.explanation}`],
  ];
  if (fit.search) lines.push(["search", fit.search]);
  if (fit.objective) lines.push(["objective", `${fit.objective.name}, ${Number(fit.objective.value.toPrecision(11))}`]);
  if (intervals) lines.push(["intervals", `${LEVEL * 100} %, ${intervals.draws} refits to resampled ${resampling}`]);
  if (floor) {
    const open = floor.open ? " (the data allow a floor of 0)" : "";
    lines.push(["E by profile", `${range(floor.interval)}${open}`]);
  }
  for (const warning of fit.warnings) lines.push(["warning", warning]);
  const parts = [facts(lines)];
  const named = Object.entries({ ...fit.parameters, ...fit.exponents });
  const shown = isUsable(fit) || fit.status === "implausible";
  if (shown && named.length > 0) {
    const rows = named.map(([name, value]) => [
      name,
      significant(value),
      intervals?.parameters[name] ? range(intervals.parameters[name]) : "",
    ]);
    parts.push(
      intervals
        ? plainTable(["parameter", "value", "interval"], rows, 1)
        : plainTable(
            ["parameter", "value"],
            rows.map((row) => row.slice(0, 2)),
            1,
          ),
    );
  }
  if (sensitivity && fit.exponents) parts.push(printSensitivity(sensitivity, fit.exponents.a, intervals?.parameters.a));
  if (fit.points.length > 0 && fit.points.length <= 20) parts.push(optimaTable(fit.points));
  const predictions = shown ? targets.flatMap((C) => predictionOf(fit, C) ?? []) : [];
  if (predictions.length > 0) parts.push(targetTable(predictions, runs, intervals));
  const sized = predictions.filter((one): one is Allocation => one.N !== undefined);
  if (isLimited(limits) && shown) parts.push(limitedTable(fit, targets, limits, runs));
  if (sizes && shown) for (const C of targets) parts.push(sizesTable(fit, C, runs));
  if (sized.length > 0 && isUsable(fit)) parts.push(answers(sized));
  return parts.join("\n\n");
}

const NO_LAW = "needs a law of the loss, such as --method parametric";

/** The best allocation within limits, and what they cost. */
function limitedTable(fit: Fit, targets: readonly number[], limits: Limits, { table }: FittedRuns): string {
  const compute = computeOf(table.runs);
  const rows = targets.flatMap((C) => {
    const best = constrainedOptimum(fit, C, limits, compute);
    if (!best) return [];
    const { N, D, loss } = best;
    const free = fit.optimum(C)?.loss;
    return [
      [
        formatFlops(C),
        whole(N),
        whole(D),
        loss!.toFixed(4),
        free === undefined ? "" : (loss! - free).toFixed(4),
        formatFlops(compute.flops(N, D)),
      ],
    ];
  });
  const { maxParams, maxTokens } = limits;
  const what = [
    ...(maxParams === undefined ? [] : [`N at most ${formatCount(maxParams)}`]),
    ...(maxTokens === undefined ? [] : [`D at most ${formatCount(maxTokens)}`]),
  ].join(" and ");
  if (rows.length === 0) return `With ${what}: ${NO_LAW}.`;
  return `With ${what}:\n\n${plainTable(["target C", "N", "D", "loss", "above the best", "costs"], rows)}`;
}

/** Loss against size at a budget. */
function sizesTable(fit: Fit, C: number, { table }: FittedRuns): string {
  const rows = sizeTable(fit, C, computeOf(table.runs));
  if (!rows) return `Sizes at ${formatFlops(C)} FLOPs: ${NO_LAW}.`;
  const cells = rows.map(({ factor, N, D, loss, excess, compute }) => [
    `${factor}×`,
    formatCount(N),
    formatCount(D),
    loss.toFixed(4),
    excess.toFixed(4),
    compute === null ? "never" : `${Number(compute.toPrecision(3))}×`,
  ]);
  return `Sizes at ${formatFlops(C)} FLOPs, and the compute with which each reaches the best size's loss:\n\n${plainTable(["of the best N", "N", "D", "loss", "above the best", "compute"], cells)}`;
}

function optimaTable(points: readonly Allocation[]): string {
  const rows = points.map(({ C, N, D, loss }) => [
    formatFlops(C),
    formatCount(N),
    formatCount(D),
    loss?.toFixed(4) ?? "",
  ]);
  return plainTable(["C (FLOPs)", "N opt", "D opt", "loss"], rows);
}

function targetTable(
  predictions: readonly Prediction[],
  { course, table }: FittedRuns,
  intervals: ReportedFit["intervals"],
): string {
  const compute = computeOf(table.runs);
  const sized = predictions.some(({ N }) => N !== undefined);
  const far = predictions.some(({ C }) => farText(table.runs, C) !== undefined);
  const priced = sized && compute.note !== undefined && !compute.fault;
  const head = [
    "target C",
    ...(sized ? ["N", "D", "D/N"] : []),
    "loss",
    ...(priced ? ["costs"] : []),
    ...(intervals && sized ? ["N interval", "loss interval"] : []),
    ...(course ? ["true N", "N / true N"] : []),
    ...(far ? ["× largest budget"] : []),
  ];
  const rows = predictions.map(({ C, N, D, loss }) => {
    const known = chinchillaOptimum(COURSE_LAW, C).N;
    const interval = intervals?.targets.find((target) => target.C === C);
    const cells = [formatFlops(C)];
    if (sized)
      cells.push(...(N === undefined || D === undefined ? ["", "", ""] : [whole(N), whole(D), (D / N).toFixed(1)]));
    cells.push(loss?.toFixed(4) ?? "");
    if (priced) cells.push(N === undefined || D === undefined ? "" : formatFlops(compute.flops(N, D)));
    if (intervals && sized) cells.push(interval ? counts(interval.N) : "", interval?.loss ? range(interval.loss) : "");
    if (course) cells.push(...(N === undefined ? ["", ""] : [formatCount(known), (N / known).toFixed(3)]));
    if (far) cells.push(Math.round(extrapolation(table.runs, C)).toLocaleString("en-US"));
    return cells;
  });
  return plainTable(head, rows);
}

/** How the exponent a moves with the objective and without outliers, under its value and interval. */
function printSensitivity(
  { exponents, outliers }: Sensitivity<TableRun>,
  a: number,
  interval: Interval | undefined,
): string {
  const within = interval ? ` (${LEVEL * 100} % ${interval.map((end) => end.toFixed(4)).join(" to ")})` : "";
  const n = outliers.length;
  const rows = exponents.map(({ objective, delta, a: value, withoutOutliers }) => [
    objective,
    delta === undefined ? "infinite" : String(delta),
    value?.toFixed(4) ?? "not identified",
    ...(n > 0 ? [withoutOutliers?.toFixed(4) ?? "not identified"] : []),
  ]);
  const head = ["objective", "delta", "a", ...(n > 0 ? [`a without ${n} ${n === 1 ? "outlier" : "outliers"}`] : [])];
  const far = `more than ${OUTLYING} robust standard deviations off the log-huber law`;
  return [
    `a = ${a.toFixed(4)}${within} depends on what is minimized and on outliers:`,
    plainTable(head, rows, 1),
    n > 0 ? `Outliers, ${far}: ${rowsText(outliers.map(({ run }) => run.row))}.` : `No run is ${far}.`,
  ].join("\n\n");
}

/** The one-sentence answers the handout asks for: optimal model size, and optimal data set size, for each budget. */
function answers(predictions: readonly Allocation[]): string {
  return [
    sentence(
      "model size",
      "parameters",
      predictions.map(({ C, N }) => [C, N]),
    ),
    sentence(
      "data set size",
      "tokens",
      predictions.map(({ C, D }) => [C, D]),
    ),
  ].join("\n");
}

function sentence(quantity: string, unit: string, values: readonly (readonly [C: number, value: number])[]): string {
  const clauses = values.map(([C, value]) => `${rounded(value)} ${unit} for a budget of ${formatFlops(C)} FLOPs`);
  return `The predicted compute-optimal ${quantity} is ${clauses.join(" and ")}.`;
}

/** Three digits in words: `50.0 billion`. */
function rounded(value: number): string {
  const scales = [
    [1e12, "trillion"],
    [1e9, "billion"],
    [1e6, "million"],
  ] as const;
  const [scale, word] = scales.find(([size]) => value >= size * 0.9995) ?? [1, ""];
  return `${(value / scale).toPrecision(3)} ${word}`.trimEnd();
}
