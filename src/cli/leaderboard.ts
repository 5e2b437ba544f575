import { formatFlops, formatNats, formatSigned } from "../task/quantity.ts";
import type { Standing } from "../tournament/analysis/analysis.ts";
import { fittedTable, type TableColumn } from "./table.ts";

const COLUMNS: readonly TableColumn[] = [
  { head: "" },
  { head: "strategy", words: true },
  { head: "regret IQM" },
  { head: "95 % interval" },
  { head: "median", drop: 3 },
  { head: "p90", drop: 1 },
  { head: "ln N error", drop: 4 },
  { head: "loss error", drop: 5 },
  { head: "spend", drop: 2 },
  { head: "rank", drop: 6 },
];

/** The leaderboard for a terminal: regrets, their intervals for new worlds, and loss errors, all in nats. */
export function leaderboardTable(standings: readonly Standing[], width?: number): string {
  const rows = standings.map(({ name, regret, lnNError, lossError, spend, rank, failed }, i) => [
    String(i + 1),
    failed > 0 ? `${name} (${failed} failed)` : name,
    formatNats(regret.iqm),
    `${formatNats(regret.newWorlds[0])} – ${formatNats(regret.newWorlds[1])}`,
    formatNats(regret.median),
    formatNats(regret.p90),
    formatSigned(lnNError.median, 3),
    formatSigned(lossError.median, 3),
    formatFlops(spend.median),
    rank.mean.toFixed(2),
  ]);
  return fittedTable(COLUMNS, rows, width);
}
