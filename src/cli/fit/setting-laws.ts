import { fitSettingLaws, type SettingLaw, type SettingLaws, type SettingName } from "../../fit/setting-laws.ts";
import { formatCount, formatShort } from "../../task/quantity.ts";
import { randomStream } from "../../task/random.ts";
import { plainTable } from "../table.ts";
import { tableJson } from "../table-options.ts";
import type { FitCommandOptions } from "./options.ts";
import type { FittedRuns } from "./report.ts";

/** Cells drawn again with replacement so often for the intervals, unless --bootstrap says otherwise. */
const DRAWS = 400;

/** The laws of settings of each group of runs, as JSON or for a person. */
export function settingLawsReport(
  groups: readonly { readonly by?: Readonly<Record<string, string>>; readonly runs: FittedRuns }[],
  settings: readonly SettingName[],
  { bootstrap = DRAWS, seed, json, by: grouped }: FitCommandOptions,
): string {
  const fitted = groups.map(({ by, runs }) => ({
    by,
    runs,
    fit: fitSettingLaws(runs.table.runs, settings, { draws: bootstrap, rng: randomStream(`fit/${seed}/settings`) }),
  }));
  if (!json) return fitted.map(({ by, runs, fit }) => printed(by, runs, fit)).join("\n");
  const documents = fitted.map(({ by, runs, fit }) => ({ ...(by && { by }), ...tableJson(runs.table), ...fit }));
  return `${JSON.stringify(grouped ? { groups: documents } : documents[0], null, 2)}\n`;
}

function printed(
  by: Readonly<Record<string, string>> | undefined,
  { source, table }: FittedRuns,
  { cells, laws, warnings }: SettingLaws,
): string {
  const rows = cells.map(({ N, D, runs, used, best, reason }) => [
    formatCount(N),
    formatCount(D),
    String(runs),
    String(used),
    ...laws.map(({ setting }) => (best?.[setting] === undefined ? "" : formatShort(best[setting]))),
    reason ?? "",
  ]);
  const head = ["N", "D", "runs", "near", ...laws.map(({ setting }) => `best ${setting}`), ""];
  return `${[
    ...(by
      ? [
          `== ${Object.entries(by)
            .map(([column, value]) => `${column}=${value}`)
            .join(", ")}`,
        ]
      : []),
    `${table.runs.length} runs from ${source}: a quadratic bowl for each N and D through the runs within 2 % of its lowest loss`,
    plainTable(head, rows),
    ...laws.map(lawText),
    ...warnings.map((warning) => `warning: ${warning}`),
    "",
  ]
    .join("\n\n")
    .trimEnd()}\n`;
}

function lawText({ setting, coefficient, exponents, intervals }: SettingLaw): string {
  const powers = (["N", "D"] as const).flatMap((variable) =>
    exponents[variable] === undefined ? [] : [`${variable}^${exponents[variable].toFixed(3)}`],
  );
  const between = (name: string, interval: readonly [number, number] | undefined) =>
    interval ? [`${name} ${formatShort(interval[0])} to ${formatShort(interval[1])}`] : [];
  const shown = intervals
    ? ` (${100 * intervals.level} %: ${[...between("coefficient", intervals.coefficient), ...between("N", intervals.N), ...between("D", intervals.D)].join(", ")})`
    : "";
  return `${setting}* = ${Number(coefficient.toPrecision(4))}·${powers.join("·")}${shown}`;
}
