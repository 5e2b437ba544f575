import { STRATEGIES } from "../../../strategies/index.ts";
import { formatFlops, formatNats, formatPercent, formatSigned } from "../../task/quantity.ts";
import type { Analysis, Ends, Pair, Standing } from "../../tournament/analysis/analysis.ts";
import { isSignificant } from "../../tournament/analysis/comparisons.ts";
import { type Column, escapeHtml, sortableTable } from "../html.ts";

/** The leaderboard: five columns, a sentence for each strategy; every other number on demand. */
export function leaderboard({ standings, pairs }: Pick<Analysis, "standings" | "pairs">): string {
  const rows = standings.map((standing, i) => {
    const { name, regret, rank, failed, n } = standing;
    const idea = STRATEGIES.find((each) => each.name === name)?.summary;
    const failures = failed > 0 ? `<br><small>${failed} of ${n} runs failed</small>` : "";
    return `<tr id="${anchorOf(name)}"><th scope="row"><a href="#${anchorOf(name)}">${i + 1}. ${escapeHtml(name)}</a>${idea ? `<br><small>${escapeHtml(idea)}</small>` : ""}${failures}</th><td>${formatNats(regret.iqm)}</td><td>${formatNats(regret.newWorlds[0])} to ${formatNats(regret.newWorlds[1])}</td><td>${rank.mean.toFixed(1)}</td><td>${againstLeader(standing, standings[0]!, pairs)}</td></tr>`;
  });
  const columns = standings.some(({ clock }) => clock) ? [...COLUMNS, ...CLOCK_COLUMNS] : COLUMNS;
  const meanings = columns.flatMap(({ title, hint }) =>
    hint ? [`<dt>${escapeHtml(title)}</dt><dd>${escapeHtml(hint)}</dd>`] : [],
  );
  return `<div class="scroll"><table class="board"><thead><tr><th scope="col">strategy</th><th scope="col">regret<br><small>nats</small></th><th scope="col">95 % interval<br><small>for new worlds</small></th><th scope="col">mean<br>rank</th><th scope="col">worse than<br>the leader?</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>
<details id="numbers"><summary>All numbers, sortable</summary><dl>${meanings.join("")}</dl>${sortableTable(standings, columns)}</details>`;
}

function anchorOf(name: string): string {
  return `strategy-${encodeURIComponent(name)}`;
}

function againstLeader({ name }: Standing, leader: Standing, pairs: readonly Pair[]): string {
  if (name === leader.name) return "the leader";
  const pair = pairs.find(
    (each) => [each.better, each.worse].includes(name) && [each.better, each.worse].includes(leader.name),
  );
  if (!pair) return "–";
  if (!isSignificant(pair)) return "not significantly";
  return pair.better === leader.name ? "yes" : "better in most worlds";
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
    hint: "median of ln(submitted N / best N); sorted by magnitude",
    text: ({ lnNError }) => formatSigned(lnNError.median, 3),
    value: ({ lnNError }) => Math.abs(lnNError.median),
  },
  {
    title: "loss error",
    hint: "median of predicted − true loss, nats; sorted by magnitude",
    text: ({ lossError }) => formatSigned(lossError.median, 3),
    value: ({ lossError }) => Math.abs(lossError.median),
  },
  {
    title: "coverage",
    hint: "share of intervals that contain the true loss, and the claimed share",
    text: ({ coverage }) => (coverage ? `${formatPercent(coverage.rate)} of ${formatPercent(coverage.level)}` : "–"),
    value: ({ coverage }) => coverage?.rate ?? "",
  },
  {
    title: "spend",
    hint: "median FLOPs, or hours",
    text: ({ spend, clock }) => (clock ? `${(spend.median / 3600).toFixed(1)} h` : formatFlops(spend.median)),
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
    hint: "runs that threw, timed out or did not submit; scored with the worst regret of all strategies in their world; --retry-failed plays them again",
    text: ({ failed, n }) => `${failed} of ${n}`,
    value: ({ failed }) => failed,
  },
];

/** Where the target is a time. */
const CLOCK_COLUMNS: readonly Column<Standing>[] = [
  {
    title: "timed out",
    hint: "share of submissions that did not end in time, and the share they stated; such a run is scored by the loss it shows when its time is over",
    text: ({ clock }) => (clock ? `${formatPercent(clock.timedOut)} of ${percentOrNone(clock.stated)} stated` : "–"),
    value: ({ clock }) => clock?.timedOut ?? "",
  },
  {
    title: "runtime coverage",
    hint: "share of 80 % intervals that contain the true seconds",
    text: ({ clock }) => percentOrNone(clock?.coverage),
    value: ({ clock }) => clock?.coverage ?? "",
  },
  {
    title: "runtime error",
    hint: "median of |ln(predicted/true seconds)|",
    text: ({ clock }) => percentOrNone(clock?.medianAbsolute),
    value: ({ clock }) => clock?.medianAbsolute ?? "",
  },
];

function percentOrNone(share: number | undefined): string {
  return share === undefined || Number.isNaN(share) ? "–" : formatPercent(share);
}
