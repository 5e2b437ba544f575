import * as Plot from "@observablehq/plot";
import type { Standing } from "../../tournament/analysis/standing.ts";
import { type Figure, PALETTE } from "../figure.ts";
import { namedRows, shortName } from "./rows.ts";

/** The parts of the mean regret: from the size, and from the hyperparameters at that size. */
export function regretSplitFigure(standings: readonly Standing[]): Figure {
  const parts = standings.flatMap(({ name, regret }) => [
    { name: shortName(name), part: "size", nats: regret.fromSize },
    { name: shortName(name), part: "hyper-parameters", nats: regret.fromHyperparameters },
  ]);
  const colour = (part: string) => (part === "size" ? PALETTE[0]! : PALETTE[4]!);
  return {
    title: "Where the regret comes from",
    subtitle: "mean regret of the runs with a submission, in nats",
    legend: [
      { label: "size: the regret left with the best hyperparameters", color: colour("size") },
      { label: "hyperparameters at that size", color: colour("") },
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
