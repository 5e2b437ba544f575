import Table from "cli-table3";
import { formatFlops } from "../../task/quantity.ts";
import type { Standing } from "../../tournament/analysis/standing.ts";

/** The leaderboard for a terminal: regrets and loss errors in nats. */
export function leaderboardTable(standings: readonly Standing[]): string {
  const table = new Table({
    head: ["", "strategy", "regret IQM", "95 % interval", "median", "p90", "ln N error", "loss error", "spend", "rank"],
    colAligns: ["right", "left", "right", "right", "right", "right", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const [i, { name, regret, lnNError, lossError, spend, rank, failed }] of standings.entries()) {
    table.push([
      i + 1,
      failed > 0 ? `${name} (${failed} failed)` : name,
      regret.iqm.toFixed(4),
      `${regret.interval[0].toFixed(4)} – ${regret.interval[1].toFixed(4)}`,
      regret.median.toFixed(4),
      regret.p90.toFixed(4),
      signed(lnNError.median),
      signed(lossError.median),
      formatFlops(spend.median),
      rank.mean.toFixed(2),
    ]);
  }
  return `${table.toString()}\n`;
}

function signed(value: number): string {
  if (Number.isNaN(value)) return "–";
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
