import * as Plot from "@observablehq/plot";
import type { Pair, Ranking, Standing } from "../../tournament/analysis/analysis.ts";
import { alikeRuns } from "../../tournament/analysis/comparisons.ts";
import { INK, PALETTE } from "../colors.ts";
import type { Figure } from "../figure.ts";
import { shortName } from "./plot-axes.ts";

/**
 * Mean ranks on a line, the best at the left, as Demšar (2006) draws them; bars join strategies that do not differ
 * significantly by the test of pairs.
 */
export function ranksFigure(standings: readonly Standing[], ranking: Ranking, pairs: readonly Pair[]): Figure {
  const order = standings.toSorted((a, b) => a.rank.mean - b.rank.mean);
  const half = Math.ceil(order.length / 2);
  const names = order.map(({ name }) => name);
  const bars = alikeRuns(names, pairs).map(([from, to], i) => {
    const ranks = order.slice(from, to + 1).map(({ rank }) => rank.mean);
    return { x1: Math.min(...ranks) - 0.06, x2: Math.max(...ranks) + 0.06, y: 0.55 + 0.42 * i };
  });
  const top = 0.9 + 0.42 * bars.length;
  const [first, last] = [1, Math.max(2, order.length)];
  const labels = order.map(({ name, rank }, i) => {
    const left = i < half;
    const level = left ? i : order.length - 1 - i;
    return { name: `${shortName(name)}  ${rank.mean.toFixed(2)}`, rank: rank.mean, left, y: top + 0.8 * level };
  });
  const depth = top + 0.8 * half;
  const line = { stroke: INK, strokeWidth: 1 };
  const text = (left: boolean) =>
    Plot.text(
      labels.filter((label) => label.left === left),
      {
        x: left ? first : last,
        y: "y",
        text: "name",
        textAnchor: left ? "end" : "start",
        dx: left ? -8 : 8,
        fill: INK,
      },
    );
  return {
    title: "Mean rank",
    subtitle: `over ${ranking.worlds} worlds, repetitions averaged first; regrets within 0.002 nats are ties`,
    caption: "No two strategies under a bar differ significantly.",
    plot: {
      height: 60 + 24 * (depth + 0.8),
      marginLeft: 200,
      marginRight: 200,
      marginTop: 10,
      marginBottom: 6,
      x: { domain: [first, last], axis: null },
      y: { domain: [-1, depth], reverse: true, axis: null },
      marks: [
        Plot.ruleY([0], { x1: first, x2: last, ...line, strokeWidth: 1.5 }),
        Plot.ruleX(
          Array.from({ length: last }, (_, i) => i + 1),
          { y1: -0.18, y2: 0, ...line },
        ),
        Plot.text(
          Array.from({ length: last }, (_, i) => i + 1),
          { x: (rank: number) => rank, y: -0.45, text: String, fill: INK, fontSize: 10.5 },
        ),
        Plot.ruleX(labels, { x: "rank", y1: 0, y2: "y", ...line }),
        Plot.link(labels, {
          x1: "rank",
          x2: ({ left }: { left: boolean }) => (left ? first : last),
          y1: "y",
          y2: "y",
          ...line,
        }),
        text(true),
        text(false),
        Plot.link(bars, { x1: "x1", x2: "x2", y1: "y", y2: "y", stroke: PALETTE[1]!, strokeWidth: 4.5 }),
      ],
    },
  };
}
