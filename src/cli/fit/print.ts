import type { Interval } from "../../fit/bootstrap.ts";
import { COURSE_LAW } from "../../fit/course-data.ts";
import type { Allocation } from "../../fit/fitter.ts";
import { OUTLYING, type Sensitivity } from "../../fit/sensitivity.ts";
import { chinchillaLoss, chinchillaOptimum } from "../../law/chinchilla.ts";
import { budgetsIn } from "../../table/budgets.ts";
import { rowsText } from "../../table/cells.ts";
import type { TableRun } from "../../table/runs.ts";
import { formatCount, formatFlops } from "../../task/quantity.ts";
import { plainTable } from "../table.ts";
import { tableFacts } from "../table-options.ts";
import { type FitReport, type FittedRuns, LEVEL, type ReportedFit } from "./report.ts";

/** The report for a person: what was fitted and how, so that another can repeat it, then the laws and what they predict. */
export function printReport(report: FitReport): string {
  const { fits } = report;
  const parts = [statement(report.runs)];
  if (fits.length > 1) parts.push(comparison(report));
  for (const reported of fits.length > 1 ? [] : fits) parts.push(printFit(reported, report));
  if (report.choice) parts.push(printChoice(report));
  return `${parts.join("\n\n")}\n`;
}

function statement({ source, table }: FittedRuns): string {
  const budgets = budgetsIn(table.runs);
  const sizes = table.runs.map(({ N }) => N);
  const [smallest, largest] = [sizes.reduce((a, b) => Math.min(a, b)), sizes.reduce((a, b) => Math.max(a, b))];
  return facts([
    ["runs", `${table.runs.length} from ${source}`],
    [
      "budgets",
      `${budgets.length}, ${formatFlops(budgets[0]!.C)} to ${formatFlops(budgets.at(-1)!.C)} FLOPs${smallest > 0 ? `; N ${formatCount(smallest)} to ${formatCount(largest)}` : ""}`,
    ],
    ["accounting", table.accounting],
    ...tableFacts(table),
  ]);
}

function printFit(
  { fit, intervals, floor, sensitivity }: ReportedFit,
  { targets, runs, resampling }: FitReport,
): string {
  const lines: (readonly [string, string])[] = [
    ["method", fit.method],
    ["status", `${fit.status}: ${fit.explanation}`],
  ];
  if (fit.search) lines.push(["search", fit.search]);
  if (fit.objective) lines.push(["objective", `${fit.objective.name}, ${Number(fit.objective.value.toPrecision(11))}`]);
  if (intervals) lines.push(["intervals", `${LEVEL * 100} %, ${intervals.draws} refits to resampled ${resampling}`]);
  if (floor) {
    const open = floor.open ? " (the data do not refuse a floor of 0)" : "";
    lines.push(["E by profile", `${range(floor.interval)}${open}`]);
  }
  for (const warning of fit.warnings) lines.push(["warning", warning]);
  const parts = [facts(lines)];
  const named = Object.entries({ ...fit.parameters, ...fit.exponents });
  if (fit.status !== "not identified" && named.length > 0) {
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
  const predictions = fit.status === "not identified" ? [] : targets.flatMap((C) => fit.optimum(C) ?? []);
  if (predictions.length > 0) parts.push(targetTable(predictions, runs.course, intervals), answers(predictions));
  return parts.join("\n\n");
}

function comparison({ fits, targets, runs }: FitReport): string {
  const last = targets.at(-1);
  const truth = runs.course && last !== undefined ? chinchillaOptimum(COURSE_LAW, last) : undefined;
  const head = ["method", "status", "a", "b"];
  if (last !== undefined) head.push(`N at ${formatFlops(last)}`, "D", "loss");
  if (truth) head.push("N / true N");
  const rows = fits.map(({ fit }) => {
    const known = fit.status !== "not identified";
    const optimum = known && last !== undefined ? fit.optimum(last) : undefined;
    const cells = [
      fit.method,
      fit.status,
      known ? (fit.exponents?.a.toFixed(4) ?? "") : "",
      known ? (fit.exponents?.b.toFixed(4) ?? "") : "",
    ];
    if (last !== undefined)
      cells.push(
        optimum ? formatCount(optimum.N) : "",
        optimum ? formatCount(optimum.D) : "",
        optimum?.loss?.toFixed(4) ?? "",
      );
    if (truth) cells.push(optimum ? (optimum.N / truth.N).toFixed(3) : "");
    return cells;
  });
  const remarks = fits.flatMap(({ fit }) => [
    ...(fit.status === "converged" ? [] : [[fit.method, fit.explanation] as const]),
    ...fit.warnings.map((warning) => [fit.method, warning] as const),
  ]);
  const table = plainTable(head, rows, 2);
  const known = truth
    ? `\n\nThe true optimum at ${formatFlops(last!)} FLOPs is N ${formatCount(truth.N)}, D ${formatCount(truth.D)}, loss ${chinchillaLoss(COURSE_LAW, truth.N, truth.D).toFixed(4)}.`
    : "";
  return `${table}${known}${remarks.length > 0 ? `\n\n${facts(remarks)}` : ""}`;
}

function printChoice({ choice }: FitReport): string {
  const { families, targets, level } = choice!;
  const weights = families.map(({ method, error, weight }) => [
    method,
    `${(100 * error).toFixed(2)} %`,
    `${(100 * weight).toFixed(0)} %`,
  ]);
  const rows = targets.map(({ C, N, D, loss }) => [formatFlops(C), counts(N), counts(D), range(loss)]);
  return [
    `With the choice of law included (${level * 100} % intervals; families weighed by their error on the held-out top budget):`,
    plainTable(["family", "error there", "weight"], weights, 1),
    plainTable(["target C", "N", "D", "loss"], rows),
  ].join("\n\n");
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

function targetTable(predictions: readonly Allocation[], course: boolean, intervals: ReportedFit["intervals"]): string {
  const head = [
    "target C",
    "N",
    "D",
    "D/N",
    "loss",
    ...(intervals ? ["N interval", "loss interval"] : []),
    ...(course ? ["true N", "N / true N"] : []),
  ];
  const rows = predictions.map(({ C, N, D, loss }) => {
    const known = chinchillaOptimum(COURSE_LAW, C).N;
    const interval = intervals?.targets.find((target) => target.C === C);
    const cells = [formatFlops(C), whole(N), whole(D), (D / N).toFixed(1), loss?.toFixed(4) ?? ""];
    if (intervals) cells.push(interval ? counts(interval.N) : "", interval?.loss ? range(interval.loss) : "");
    return course ? [...cells, formatCount(known), (N / known).toFixed(3)] : cells;
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

/** Two columns, the first padded to the widest name. */
function facts(entries: readonly (readonly [name: string, text: string])[]): string {
  const width = Math.max(12, ...entries.map(([name]) => name.length + 2));
  return entries.map(([name, text]) => `${name.padEnd(width)}${text}`).join("\n");
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function counts([low, high]: Interval): string {
  return `${formatCount(low)} to ${formatCount(high)}`;
}

function range([low, high]: Interval): string {
  return `${significant(low, 4)} to ${significant(high, 4)}`;
}

function significant(value: number, digits = 6): string {
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 2);
}
