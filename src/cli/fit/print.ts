import Table from "cli-table3";
import { budgetsIn } from "../../fit/budgets.ts";
import { courseOptimum } from "../../fit/course-data.ts";
import type { Fit, Optimum } from "../../fit/fitter.ts";
import { formatCount, formatFlops } from "../../task/quantity.ts";
import type { FittedRuns } from "./action.ts";
import { answers } from "./answers.ts";

/** The report of a fit for a person. */
export function printFits(fits: readonly Fit[], runs: FittedRuns, targets: readonly number[]): string {
  return `${[statement(runs), ...fits.map((fit) => printFit(fit, runs, targets))].join("\n\n")}\n`;
}

function statement({ source, table }: FittedRuns): string {
  const budgets = budgetsIn(table.runs);
  const span = `${formatFlops(budgets[0]!.C)} to ${formatFlops(budgets.at(-1)!.C)} FLOPs`;
  const reasons = new Map<string, number>();
  for (const { reason } of table.dropped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return facts([
    ["runs", `${table.runs.length} from ${source}: ${budgets.length} budgets, ${span}`],
    ["accounting", table.accounting],
    ...[...reasons].map(([reason, n]): [string, string] => ["dropped", `${n} ${n === 1 ? "row" : "rows"}: ${reason}`]),
    ...table.notes.map((note): [string, string] => ["note", note]),
  ]);
}

function printFit(fit: Fit, runs: FittedRuns, targets: readonly number[]): string {
  const parts = [
    facts([
      ["method", fit.method],
      ["status", `${fit.status}: ${fit.explanation}`],
      ...(fit.laws
        ? [
            ["N", `${significant(fit.laws.N.coefficient)} · C^${fit.laws.N.exponent.toFixed(5)}`] as const,
            ["D", `${significant(fit.laws.D.coefficient)} · C^${fit.laws.D.exponent.toFixed(5)}`] as const,
          ]
        : []),
      ...fit.warnings.map((warning) => ["warning", warning] as const),
    ]),
  ];
  if (fit.points.length > 0) parts.push(optimaTable(fit.points));
  const predictions = targets.flatMap((C) => fit.optimum(C) ?? []);
  if (predictions.length > 0) parts.push(targetTable(predictions, runs.course), answers(predictions));
  return parts.join("\n\n");
}

function optimaTable(points: readonly Optimum[]): string {
  const table = plainTable(["C (FLOPs)", "N opt", "D opt", "loss"]);
  for (const { C, N, D, loss } of points)
    table.push([formatFlops(C), formatCount(N), formatCount(D), loss?.toFixed(4) ?? ""]);
  return table.toString();
}

function targetTable(predictions: readonly Optimum[], course: boolean): string {
  const truth = course ? ["true N", "N / true N"] : [];
  const table = plainTable(["target C", "N", "D", "D/N", ...truth]);
  for (const { C, N, D } of predictions) {
    const known = courseOptimum(C).N;
    const cells = course ? [formatCount(known), (N / known).toFixed(3)] : [];
    table.push([formatFlops(C), whole(N), whole(D), (D / N).toFixed(1), ...cells]);
  }
  return table.toString();
}

/** Two columns, the first padded to the widest name. */
function facts(entries: readonly (readonly [name: string, text: string])[]): string {
  return entries.map(([name, text]) => `${name.padEnd(12)}${text}`).join("\n");
}

/** A table with rules only under its head, numbers to the right. */
function plainTable(head: readonly string[]): Table.Table {
  const none = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
  };
  return new Table({
    head: [...head],
    chars: { ...none, left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: head.map(() => "right"),
  });
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function significant(value: number): string {
  return value >= 1e-4 && value < 1e6 ? String(Number(value.toPrecision(6))) : value.toExponential(4);
}
