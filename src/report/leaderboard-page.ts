import { formatFlops } from "../task/quantity.ts";
import { renderSvg } from "./figure.ts";
import { type RegretPoint, regretFigure } from "./figures/regret.ts";
import { escapeHtml, htmlPage } from "./html.ts";
import { type Column, SORT_SCRIPT, sortableTable } from "./sortable-table.ts";
import type { Standing } from "./standing.ts";

/** What a tournament was, so that anyone can play it again. */
export interface Manifest {
  readonly version: string;
  readonly node: string;
  readonly suite: string;
  readonly worlds: readonly string[];
  readonly repetitions: number;
  readonly seed: number;
  /** The command line that plays it again. */
  readonly command: string;
}

/** The leaderboard as one HTML page that needs nothing beside it. Simulated results only. */
export function leaderboardPage(
  manifest: Manifest,
  standings: readonly Standing[],
  points: readonly RegretPoint[],
): string {
  const { suite, worlds, repetitions } = manifest;
  const runs = points.length;
  return htmlPage({
    title: `isoflop: ${suite} leaderboard`,
    script: SORT_SCRIPT,
    body: `<p><span class="badge">simulated</span></p>
<h1>Which plan spends the budget best?</h1>
<p class="soft">Suite <b>${escapeHtml(suite)}</b>: ${worlds.length} worlds × ${repetitions} repetitions × ${standings.length} strategies = ${runs} runs. Every strategy of a repetition met the same noise.</p>
<h2>Leaderboard</h2>
${sortableTable(standings, COLUMNS)}
<p class="soft"><small>Regret is how much more loss, in nats, the submitted model would reach at the target than the best admissible one. The interval is a 95 % stratified bootstrap over repetitions: it speaks of these worlds, not of new ones.</small></p>
<figure>${renderSvg(regretFigure(standings, points))}</figure>
<h2>How to play it again</h2>
<dl>${Object.entries({
      command: manifest.command,
      version: manifest.version,
      Node: manifest.node,
      seed: String(manifest.seed),
      worlds: worlds.join(", "),
    })
      .map(([term, text]) => `<dt>${term}</dt><dd>${escapeHtml(text)}</dd>`)
      .join("")}</dl>`,
  });
}

const nats = (value: number) => value.toFixed(4);
const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

const COLUMNS: readonly Column<Standing>[] = [
  { title: "strategy", text: ({ name }) => name, value: ({ name }) => name },
  {
    title: "regret, IQM",
    hint: "interquartile mean, nats",
    text: ({ regret }) => nats(regret.iqm),
    value: ({ regret }) => regret.iqm,
  },
  { title: "95 % interval", text: ({ regret: { interval } }) => `${nats(interval[0])} – ${nats(interval[1])}` },
  { title: "median", text: ({ regret }) => nats(regret.median), value: ({ regret }) => regret.median },
  { title: "90th pct.", text: ({ regret }) => nats(regret.p90), value: ({ regret }) => regret.p90 },
  {
    title: "ln N error",
    hint: "median of ln(submitted N / best N)",
    text: ({ lnNError }) => signed(lnNError.median),
    value: ({ lnNError }) => lnNError.median,
  },
  {
    title: "loss error",
    hint: "median of predicted − true loss, nats",
    text: ({ lossError }) => signed(lossError.median),
    value: ({ lossError }) => lossError.median,
  },
  {
    title: "coverage",
    hint: "share of intervals that hold the true loss, and the level they claim",
    text: ({ coverage }) =>
      coverage ? `${(100 * coverage.rate).toFixed(0)} % of ${(100 * coverage.level).toFixed(0)} %` : "–",
    value: ({ coverage }) => coverage?.rate ?? "",
  },
  {
    title: "spend",
    hint: "median FLOPs",
    text: ({ spend }) => formatFlops(spend.median),
    value: ({ spend }) => spend.median,
  },
  {
    title: "seconds",
    hint: "median thinking time of a run",
    text: ({ seconds }) => seconds.median.toFixed(3),
    value: ({ seconds }) => seconds.median,
  },
  {
    title: "rank",
    hint: "mean rank in the field",
    text: ({ rank }) => rank.mean.toFixed(2),
    value: ({ rank }) => rank.mean,
  },
  { title: "failed", text: ({ failed, n }) => `${failed} of ${n}`, value: ({ failed }) => failed },
];
