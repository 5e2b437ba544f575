import * as Plot from "@observablehq/plot";
import type { Standing } from "../../tournament/analysis/standing.ts";
import { type Figure, INK, PALETTE } from "../figure.ts";
import { namedRows, shortName } from "./rows.ts";

/** Lower regrets are drawn at this value: a logarithmic axis has no zero. */
const LEAST = 1e-4;

/** The regrets of each strategy: the central 90 % and 50 % of its runs, and the interquartile mean with its interval. */
export function regretFigure(standings: readonly Standing[]): Figure {
  const at = (regret: number) => Math.max(regret, LEAST);
  const rows = namedRows(standings.map(({ name }) => name));
  const y = ({ name }: Standing) => shortName(name);
  const span = (from: 0 | 1, to: 3 | 4) => ({
    y,
    x1: ({ regret }: Standing) => at(regret.quantiles[from]),
    x2: ({ regret }: Standing) => at(regret.quantiles[to]),
  });
  return {
    title: "Regret at the target",
    subtitle: "true loss of the submission minus the best possible loss, in nats; logarithmic",
    legend: [
      { label: "central 90 % of runs", color: PALETTE[0]!, mark: "line" },
      { label: "central 50 %", color: PALETTE[0]!, mark: "band" },
      { label: "interquartile mean, 95 % interval for this suite", color: INK, mark: "diamond" },
    ],
    plot: {
      ...rows,
      x: { type: "log", label: "regret (nats)", labelAnchor: "right", grid: true, tickFormat: String },
      marks: [
        Plot.ruleY(standings, { ...span(0, 4), stroke: PALETTE[0]!, strokeOpacity: 0.55, strokeWidth: 1.5 }),
        Plot.ruleY(standings, { ...span(1, 3), stroke: PALETTE[0]!, strokeOpacity: 0.3, strokeWidth: 11 }),
        Plot.ruleY(standings, {
          y,
          x1: ({ regret }: Standing) => at(regret.interval[0]),
          x2: ({ regret }: Standing) => at(regret.interval[1]),
          stroke: INK,
          strokeWidth: 2.5,
        }),
        Plot.dot(standings, { x: ({ regret }: Standing) => at(regret.iqm), y, fill: INK, symbol: "diamond", r: 5 }),
      ],
    },
  };
}
