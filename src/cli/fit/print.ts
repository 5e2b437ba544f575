import { COURSE_LAW } from "../../fit/course-data.ts";
import { isUsable } from "../../fit/fitter.ts";
import type { HoldOut } from "../../fit/hold-out.ts";
import { predictionOf } from "../../fit/plausibility.ts";
import { chinchillaLoss, chinchillaOptimum } from "../../law/chinchilla.ts";
import { budgetsIn } from "../../table/budgets.ts";
import { formatCount, formatFlops } from "../../task/quantity.ts";
import { plainTable } from "../table.ts";
import { tableFacts } from "../table-options.ts";
import { printFit } from "./print-fit.ts";
import { counts, facts, range } from "./print-numbers.ts";
import type { FitReport, FittedRuns } from "./report.ts";

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
