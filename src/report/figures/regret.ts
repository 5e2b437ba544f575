import * as Plot from "@observablehq/plot";
import { type Figure, INK, PALETTE } from "../figure.ts";
import type { Standing } from "../standing.ts";

/** Regrets below this are drawn at it: a logarithmic axis has no zero. */
const LEAST_REGRET = 1e-4;

/** The regret of one run of a strategy, in nats. */
export interface RegretPoint {
  readonly strategy: string;
  readonly world: string;
  readonly regret: number;
}

/** Every run's regret as a dot, strategy by strategy, under the interquartile mean with its interval. */
export function regretFigure(standings: readonly Standing[], points: readonly RegretPoint[]): Figure {
  const clipped = (regret: number) => Math.max(regret, LEAST_REGRET);
  const worlds = [...new Set(points.map(({ world }) => world))];
  const few = worlds.length <= 6;
  const colourOf = (world: string) => (few ? (PALETTE[worlds.indexOf(world)] as string) : "#8a93a3");
  const order = standings.map(({ name }) => name);
  return {
    title: "Regret at the target, strategy by strategy",
    subtitle:
      "truth(submitted) − truth(best), in nats; each dot one run, the bar the interquartile mean and its 95 % interval",
    ...(few ? { legend: worlds.map((world) => ({ label: world, color: colourOf(world) })) } : {}),
    plot: {
      height: 90 + 46 * order.length,
      marginLeft: 24 + 7.4 * Math.max(...order.map((name) => name.length)),
      x: { type: "log", label: "regret (nats) →", grid: true, tickFormat: (tick: number) => String(tick) },
      y: { domain: order, label: null, padding: 0.35 },
      marks: [
        Plot.dot(points, {
          x: ({ regret }: RegretPoint) => clipped(regret),
          y: "strategy",
          fill: ({ world }: RegretPoint) => colourOf(world),
          fillOpacity: 0.55,
          r: 3,
          dy: 7,
        }),
        Plot.ruleY(standings, {
          y: "name",
          x1: ({ regret }: Standing) => clipped(regret.interval[0]),
          x2: ({ regret }: Standing) => clipped(regret.interval[1]),
          stroke: INK,
          strokeWidth: 3,
          dy: -7,
        }),
        Plot.dot(standings, {
          x: ({ regret }: Standing) => clipped(regret.iqm),
          y: "name",
          fill: INK,
          symbol: "diamond",
          r: 6,
          dy: -7,
        }),
      ],
    },
  };
}
