import * as Plot from "@observablehq/plot";
import type { Standing } from "../../tournament/analysis/standing.ts";
import { type Figure, PALETTE } from "../figure.ts";
import { namedRows, shortName } from "./rows.ts";

/** What the mean regret is owed to: the size, or the hyper-parameters at that size. */
export function regretSplitFigure(standings: readonly Standing[]): Figure {
  const parts = standings.flatMap(({ name, regret }) => [
    { name: shortName(name), part: "size", nats: regret.fromSize },
    { name: shortName(name), part: "hyper-parameters", nats: regret.fromHyperparameters },
  ]);
  const colour = (part: string) => (part === "size" ? PALETTE[0]! : PALETTE[4]!);
  return {
    title: "What the regret is owed to",
    subtitle: "mean regret of the runs that submitted, in nats",
    legend: [
      { label: "size: what even the best hyper-parameters cannot make good", color: colour("size") },
      { label: "hyper-parameters at that size", color: colour("") },
    ],
    plot: {
      ...namedRows(standings.map(({ name }) => name)),
      x: { label: "nats", grid: true },
      marks: [
        Plot.barX(
          parts.filter(({ nats }) => Number.isFinite(nats)),
          {
            y: "name",
            x: "nats",
            fill: ({ part }: { part: string }) => colour(part),
            fillOpacity: 0.8,
            order: ["size", "hyper-parameters"],
            z: "part",
          },
        ),
      ],
    },
  };
}
