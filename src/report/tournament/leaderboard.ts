import { formatFlops, formatNats, formatPercent, formatSigned } from "../../task/quantity.ts";
import type { Ends, Standing } from "../../tournament/analysis/analysis.ts";
import { type Column, sortableTable } from "../html.ts";

/** The leaderboard as a sortable table. */
export function leaderboard(standings: readonly Standing[]): string {
  return sortableTable(standings, COLUMNS);
}

/** Three decimals, for secondary numbers. */
function short(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : formatNats(value);
}

function span([low, high]: Ends): string {
  return `${short(low)}–${short(high)}`;
}

const COLUMNS: readonly Column<Standing>[] = [
  { title: "strategy", text: ({ name }) => name, value: ({ name }) => name },
  {
    title: "regret",
    hint: "interquartile mean, nats",
    text: ({ regret }) => formatNats(regret.iqm),
    value: ({ regret }) => regret.iqm,
  },
  {
    title: "this suite",
    hint: "95 % interval of the interquartile mean, repetitions resampled within worlds",
    text: ({ regret: { interval } }) => span(interval),
  },
  {
    title: "new worlds",
    hint: "95 % interval of the interquartile mean, worlds resampled: new worlds like these",
    text: ({ regret: { newWorlds } }) => span(newWorlds),
  },
  {
    title: "median",
    text: ({ regret }) => short(regret.median),
    value: ({ regret }) => regret.median,
  },
  { title: "p90", hint: "90th percentile", text: ({ regret }) => short(regret.p90), value: ({ regret }) => regret.p90 },
  {
    title: "norm.",
    hint: "normalized regret: 0 is the optimum, 1 is random-affordable; interquartile mean",
    text: ({ normalisedRegret }) => normalisedRegret?.iqm.toFixed(3) ?? "–",
    value: ({ normalisedRegret }) => normalisedRegret?.iqm ?? "",
  },
  {
    title: "compute",
    hint: "share of the target compute that the best model needs for the same loss; median",
    text: ({ computeEquivalent }) => (computeEquivalent ? formatPercent(computeEquivalent.median) : "–"),
    value: ({ computeEquivalent }) => computeEquivalent?.median ?? "",
  },
  {
    title: "rank",
    hint: "mean rank over worlds",
    text: ({ rank }) => rank.mean.toFixed(2),
    value: ({ rank }) => rank.mean,
  },
  {
    title: "ln N error",
    hint: "median of ln(submitted N / best N)",
    text: ({ lnNError }) => formatSigned(lnNError.median, 3),
    value: ({ lnNError }) => lnNError.median,
  },
  {
    title: "loss error",
    hint: "median of predicted − true loss, nats",
    text: ({ lossError }) => formatSigned(lossError.median, 3),
    value: ({ lossError }) => lossError.median,
  },
  {
    title: "coverage",
    hint: "share of intervals that contain the true loss, and the claimed share",
    text: ({ coverage }) => (coverage ? `${formatPercent(coverage.rate)} of ${formatPercent(coverage.level)}` : "–"),
    value: ({ coverage }) => coverage?.rate ?? "",
  },
  {
    title: "spend",
    hint: "median FLOPs",
    text: ({ spend }) => formatFlops(spend.median),
    value: ({ spend }) => spend.median,
  },
  {
    title: "queries",
    hint: "median queries per run; in parentheses, refused and invalid queries of all runs",
    text: ({ protocol: { queries, refused, invalid } }) =>
      `${queries}${refused + invalid > 0 ? ` (+${refused + invalid})` : ""}`,
    value: ({ protocol }) => protocol.queries,
  },
  {
    title: "seconds",
    hint: "median thinking time per run",
    text: ({ seconds }) => seconds.median.toFixed(2),
    value: ({ seconds }) => seconds.median,
  },
  {
    title: "failed",
    hint: "runs that threw, timed out or did not submit; scored with the worst regret of all strategies in their world",
    text: ({ failed, n }) => `${failed} of ${n}`,
    value: ({ failed }) => failed,
  },
];
