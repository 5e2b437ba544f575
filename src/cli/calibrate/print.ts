import { quantile } from "../../statistics/quantile.ts";
import type { Calibration } from "../../surface/calibration/family.ts";
import {
  type Residual,
  type ResidualGroup,
  residualGroups,
  rootMeanSquare,
} from "../../surface/calibration/residuals.ts";
import type { Rows } from "../../table/rows.ts";
import { formatFlops } from "../../task/quantity.ts";
import { alignedRows } from "../table.ts";
import { tableFacts } from "../table-options.ts";

/** What became of the rows of the table. */
export interface TableReport {
  readonly source: string;
  readonly kept: number;
  readonly dropped: Rows["dropped"];
  readonly notes: readonly string[];
  readonly columns: Rows["columns"];
}

/** The report of a calibration for a person. */
export function printCalibration({ family, fit, residuals, draws }: Calibration, table: TableReport): string {
  const parameters = Object.entries(family.parameters).map(([name, value]) => [name, significant(value), spread(name)]);
  function spread(name: string): string {
    if (draws.length === 0) return "";
    const values = Float64Array.from(draws, (draw) => draw[name] as number);
    return [0.05, 0.95].map((share) => significant(quantile(values, share))).join(" to ");
  }
  const head = draws.length > 0 ? ["", "best fit", `90 % of ${draws.length} draws`] : ["", "best fit", ""];
  return [
    alignedRows([
      ["runs", `${table.kept} from ${table.source}`],
      ...tableFacts(table),
      ["law", `${family.law}; ${fit.agreeing} of 12 starts end at the same cost ${significant(fit.cost)}`],
      ["error", `${family.rms.toFixed(4)} (root mean square of ln(predicted/observed), all rows)`],
    ]),
    alignedRows([head, ...parameters], [1]),
    printGroups(byDecade(family.groups, residuals)),
    family.worlds[0]?.accounting === "stanford-2025" ? largeBudgets(residuals) : "",
  ].join("\n");
}

/** More lines than this are not read. */
const MOST_GROUPS = 40;

/** The groups themselves, or one for each power of ten when every run has a budget of its own. */
function byDecade(groups: readonly ResidualGroup[], residuals: readonly Residual[]): readonly ResidualGroup[] {
  if (groups.length <= MOST_GROUPS) return groups;
  const decade = (flops: number) => Number(`1e${Math.floor(Math.log10(flops))}`);
  return residualGroups(residuals.map((residual) => ({ ...residual, trainFlops: decade(residual.trainFlops) })));
}

/** From here on, in FLOPs, runs have trained long enough to tell laws apart; and these are the ones around the optimum. */
const LARGE_FROM = [1e15, 3e16];

/** The budgets that are extrapolated from, together: on the grid, and off it by edition. */
export function largeBudgets(residuals: readonly Residual[]): string {
  return LARGE_FROM.map((from) => {
    const large = residuals.filter(({ trainFlops }) => trainFlops >= from);
    const sets = Map.groupBy(large, ({ onGrid, edition }) => (onGrid ? "on" : `off${edition ? ` ${edition}` : ""}`));
    const rows = [...sets]
      .toSorted(([a], [b]) => b.localeCompare(a))
      .map(([grid, members]) => {
        const errors = members.map(({ error }) => error);
        const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
        return [grid, String(members.length), rootMeanSquare(errors).toFixed(4), mean.toFixed(4)];
      });
    const head = [`from ${formatFlops(from)}`, "rows", "rms", "mean"];
    return rows.length === 0 ? "" : `\n${alignedRows([head, ...rows], [1, 2, 3])}`;
  }).join("");
}

/** Residuals per budget, on and off the grid apart. */
export function printGroups(groups: readonly ResidualGroup[]): string {
  return alignedRows(
    [
      ["budget", "grid", "run", "rows", "rms", "mean", "max"],
      ...groups.map(({ trainFlops, grid, trained, n, rms, mean, max }) => [
        formatFlops(trainFlops),
        grid,
        trained ? "trained" : "tree",
        String(n),
        rms.toFixed(4),
        mean.toFixed(4),
        max.toFixed(4),
      ]),
    ],
    [0, 3, 4, 5, 6],
  );
}

/** The same for a program. */
export function groupsJson(groups: readonly ResidualGroup[]): object[] {
  return groups.map(({ trainFlops, ...rest }) => ({ train_flops: trainFlops, ...rest }));
}

function significant(value: number): string {
  return String(Number(value.toPrecision(6)));
}
