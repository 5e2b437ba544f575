import * as Plot from "@observablehq/plot";
import type { Standing } from "../../tournament/analysis/standing.ts";
import { type Figure, INK, PALETTE } from "../figure.ts";
import { namedRows, shortName } from "./rows.ts";

/** Signed errors of one kind by strategy: the central 90 % and 50 % of its runs, and the median. */
export function errorsFigure(standings: readonly Standing[], which: "lnNError" | "lossError"): Figure {
  const rows = namedRows(standings.map(({ name }) => name));
  const y = ({ name }: Standing) => shortName(name);
  const at = (i: 0 | 1 | 2 | 3 | 4) => (standing: Standing) => standing[which].quantiles[i];
  const colour = PALETTE[which === "lnNError" ? 2 : 3]!;
  const known = standings.filter((standing) => Number.isFinite(standing[which].median));
  const reach = Math.max(...known.flatMap((standing) => standing[which].quantiles.map(Math.abs)), 0.1);
  return {
    title: which === "lnNError" ? "Error of the size" : "Error of the predicted loss",
    subtitle:
      which === "lnNError"
        ? "ln(submitted N / best N): 0.69 is twice too large; missing by 0.18 costs about 0.002 nats"
        : "predicted loss − true loss of what was submitted, in nats: below zero promised too much",
    legend: [
      { label: "central 90 % of runs", color: colour, mark: "line" },
      { label: "central 50 %", color: colour, mark: "band" },
      { label: "median", color: INK, mark: "diamond" },
    ],
    plot: {
      ...rows,
      x: {
        type: "symlog",
        constant: reach / 12,
        domain: [-reach, reach],
        label: which === "lnNError" ? "ln(N / N*)" : "nats",
        grid: true,
        ticks: 9,
        tickFormat: (value: number) => String(Number(value.toPrecision(2))).replace("-", "−"),
      },
      marks: [
        Plot.ruleX([0], { stroke: INK, strokeWidth: 1 }),
        Plot.ruleY(known, { y, x1: at(0), x2: at(4), stroke: colour, strokeOpacity: 0.6, strokeWidth: 1.5 }),
        Plot.ruleY(known, { y, x1: at(1), x2: at(3), stroke: colour, strokeOpacity: 0.35, strokeWidth: 11 }),
        Plot.dot(known, { y, x: at(2), fill: INK, symbol: "diamond", r: 4.5 }),
      ],
    },
  };
}
