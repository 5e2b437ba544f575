import { formatFlops, formatNats, formatPercent, formatSigned } from "../task/quantity.ts";
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

/** The same where the target is a time: what ended in time, and how well losses and seconds were predicted. */
const CLOCK_COLUMNS: readonly TableColumn[] = [
  { head: "" },
  { head: "strategy", words: true },
  { head: "regret IQM" },
  { head: "95 % interval" },
  { head: "p90", drop: 3 },
  { head: "timed out" },
  { head: "stated", drop: 1 },
  { head: "loss error", drop: 2 },
  { head: "loss in 80 %" },
  { head: "time in 80 %" },
  { head: "hours", drop: 4 },
];

/** The leaderboard for a terminal: regrets, their intervals for new worlds, and loss errors, all in nats. */
export function leaderboardTable(standings: readonly Standing[], width?: number): string {
  if (standings.some(({ clock }) => clock)) return clockTable(standings, width);
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

function clockTable(standings: readonly Standing[], width?: number): string {
  const percent = (share: number | undefined) =>
    share === undefined || Number.isNaN(share) ? "–" : formatPercent(share);
  const rows = standings.map(({ name, regret, lossError, spend, failed, clock, coverage }, i) => [
    String(i + 1),
    failed > 0 ? `${name} (${failed} failed)` : name,
    formatNats(regret.iqm),
    `${formatNats(regret.newWorlds[0])} – ${formatNats(regret.newWorlds[1])}`,
    formatNats(regret.p90),
    percent(clock?.timedOut),
    percent(clock?.stated),
    formatSigned(lossError.median, 3),
    percent(coverage?.rate),
    percent(clock?.coverage),
    (spend.median / 3600).toFixed(1),
  ]);
  return fittedTable(CLOCK_COLUMNS, rows, width);
}
