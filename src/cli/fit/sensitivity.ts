import type { Interval } from "../../fit/intervals.ts";
import { OUTLYING, type Sensitivity } from "../../fit/sensitivity.ts";
import { rowsText } from "../../table/cells.ts";
import type { TableRun } from "../../table/runs.ts";
import { plainTable } from "./plain-table.ts";
import { LEVEL } from "./report.ts";

/** How the exponent a moves with the objective and without outliers, under its value and interval. */
export function printSensitivity(
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
    `a = ${a.toFixed(4)}${within} depends on what is minimised and on outliers:`,
    plainTable(head, rows, 1),
    n > 0 ? `Outliers, ${far}: ${rowsText(outliers.map(({ run }) => run.row))}.` : `No run is ${far}.`,
  ].join("\n\n");
}
