import { formatFlops, formatNats, formatSigned } from "../task/quantity.ts";
import type { Standing } from "../tournament/analysis/analysis.ts";
import { alignedRows } from "./table.ts";

/** The leaderboard for a terminal: regrets and loss errors in nats. */
export function leaderboardTable(standings: readonly Standing[]): string {
  const head = [
    "",
    "strategy",
    "regret IQM",
    "95 % interval",
    "median",
    "p90",
    "ln N error",
    "loss error",
    "spend",
    "rank",
  ];
  const rows = standings.map(({ name, regret, lnNError, lossError, spend, rank, failed }, i) => [
    String(i + 1),
    failed > 0 ? `${name} (${failed} failed)` : name,
    formatNats(regret.iqm),
    `${formatNats(regret.interval[0])} – ${formatNats(regret.interval[1])}`,
    formatNats(regret.median),
    formatNats(regret.p90),
    formatSigned(lnNError.median, 3),
    formatSigned(lossError.median, 3),
    formatFlops(spend.median),
    rank.mean.toFixed(2),
  ]);
  return alignedRows(
    [head, ...rows],
    head.flatMap((_, column) => (column === 1 ? [] : [column])),
  );
}
