import type { Interval } from "../../fit/bootstrap.ts";
import { computeOf } from "../../fit/compute.ts";
import { constrainedOptimum, isLimited, type Limits, sizeTable } from "../../fit/constrained.ts";
import { COURSE_LAW } from "../../fit/course-data.ts";
import { type Allocation, type Fit, isUsable } from "../../fit/fitter.ts";
import type { HoldOut } from "../../fit/hold-out.ts";
import { extrapolation, farText, type Prediction, predictionOf } from "../../fit/plausibility.ts";
import { OUTLYING, type Sensitivity } from "../../fit/sensitivity.ts";
import { chinchillaLoss, chinchillaOptimum } from "../../law/chinchilla.ts";
import { budgetsIn } from "../../table/budgets.ts";
import { rowsText } from "../../table/cells.ts";
import type { TableRun } from "../../table/rows.ts";
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
  if (report.holdOut) parts.push(printHoldOut(report.holdOut));
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

function comparison({ fits, targets, runs }: FitReport): string {
  const last = targets.at(-1);
  const truth = runs.course && last !== undefined ? chinchillaOptimum(COURSE_LAW, last) : undefined;
  const head = ["method", "status", "a", "b"];
  if (last !== undefined) head.push(`N at ${formatFlops(last)}`, "D", "loss");
  if (truth) head.push("N / true N");
  const rows = fits.map(({ fit }) => {
    const known = isUsable(fit);
    const optimum = known && last !== undefined ? predictionOf(fit, last) : undefined;
    const cells = [
      fit.method,
      fit.status,
      known ? (fit.exponents?.a.toFixed(4) ?? "") : "",
      known ? (fit.exponents?.b.toFixed(4) ?? "") : "",
    ];
    if (last !== undefined)
      cells.push(
        optimum?.N === undefined ? "" : formatCount(optimum.N),
        optimum?.D === undefined ? "" : formatCount(optimum.D),
        optimum?.loss?.toFixed(4) ?? "",
      );
    if (truth) cells.push(optimum?.N === undefined ? "" : (optimum.N / truth.N).toFixed(3));
    return cells;
  });
  const said = fits.flatMap(({ fit }) =>
    [...(fit.status === "converged" ? [] : [fit.explanation]), ...fit.warnings].map((text) => ({ ...fit, text })),
  );
  // What several methods say alike is printed once.
  const remarks = [...Map.groupBy(said, ({ text }) => text)].map(
    ([text, by]) => [by.length === 1 ? by[0]!.method : `${by.length} methods`, text] as const,
  );
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
    `With the choice of law included (${level * 100} % intervals; families weighted by their error on the held-out top budget):`,
    plainTable(["family", "error there", "weight"], weights, 1),
    plainTable(["target C", "N", "D", "loss"], rows),
  ].join("\n\n");
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

/** What each method, fitted without the largest budgets, predicts of them. */
function printHoldOut(results: readonly HoldOut[]): string {
  const level = results.flatMap(({ predicted }) => predicted?.interval?.level ?? [])[0];
  const rows = results.map(({ method, C, predicted, observed, covered }) => [
    method,
    formatFlops(C),
    predicted?.N == null ? "" : formatCount(predicted.N),
    predicted?.interval?.N ? counts(predicted.interval.N) : "",
    formatCount(observed.N),
    predicted?.loss == null ? "" : predicted.loss.toFixed(4),
    predicted?.interval?.loss ? range(predicted.interval.loss) : "",
    observed.loss.toFixed(4),
    covered === null ? "" : covered ? "yes" : "no",
  ]);
  const remarks = results
    .filter(
      (result, i) => result.predicted === null && results.findIndex(({ method }) => method === result.method) === i,
    )
    .map(({ method, status, reason }) => [method, `${status}: ${reason}`] as const);
  return [
    `Fitted without the largest budgets, each method predicts their lowest run${level === undefined ? "" : ` (${100 * level} % intervals)`}:`,
    plainTable(
      ["method", "hidden C", "N", "interval", "lowest run's N", "loss", "interval", "measured", "covered"],
      rows,
      1,
    ),
    ...(remarks.length > 0 ? [facts(remarks)] : []),
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
