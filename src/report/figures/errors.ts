import * as Plot from "@observablehq/plot";
import type { Standing } from "../../tournament/analysis/analysis.ts";
import { INK, PALETTE } from "../colors.ts";
import type { Figure } from "../figure.ts";
import { namedRows, shortName } from "./plot-axes.ts";

/** Signed errors of one kind by strategy: the central 90 % and 50 % of its runs, and the median. */
export function errorsFigure(standings: readonly Standing[], which: "lnNError" | "lossError"): Figure {
  const rows = namedRows(standings.map(({ name }) => name));
  const y = ({ name }: Standing) => shortName(name);
  const at = (i: 0 | 1 | 2 | 3 | 4) => (standing: Standing) => standing[which].quantiles[i];
  const color = PALETTE[which === "lnNError" ? 2 : 3]!;
  const known = standings.filter((standing) => Number.isFinite(standing[which].median));
  const reach = Math.max(...known.flatMap((standing) => standing[which].quantiles.map(Math.abs)), 0.1);
  return {
    title: which === "lnNError" ? "Error of the size" : "Error of the predicted loss",
    subtitle:
      which === "lnNError"
        ? "ln(submitted N / best N): 0.69 is twice the best size; an error of 0.18 costs about 0.002 nats"
        : "predicted − true loss of the submission, in nats; below zero is too optimistic",
    legend: [
      { label: "central 90 % of runs", color: color, mark: "line" },
      { label: "central 50 %", color: color, mark: "band" },
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
        Plot.ruleY(known, { y, x1: at(0), x2: at(4), stroke: color, strokeOpacity: 0.6, strokeWidth: 1.5 }),
        Plot.ruleY(known, { y, x1: at(1), x2: at(3), stroke: color, strokeOpacity: 0.35, strokeWidth: 11 }),
        Plot.dot(known, { y, x: at(2), fill: INK, symbol: "diamond", r: 4.5 }),
      ],
    },
  };
}

type Stated = Standing & Required<Pick<Standing, "coverage">>;

/** Actual and claimed coverage of the intervals for the loss; undefined when no strategy states one. */
export function calibrationFigure(standings: readonly Standing[]): Figure | undefined {
  const stated = standings.filter((standing): standing is Stated => standing.coverage !== undefined);
  if (stated.length === 0) return undefined;
  const rows = namedRows(stated.map(({ name }) => name));
  const y = ({ name }: Standing) => shortName(name);
  return {
    title: "Coverage of the intervals for the loss",
    subtitle: "share of intervals that contain the true loss, with its 95 % interval over worlds",
    legend: [
      { label: "actual", color: PALETTE[0]!, mark: "dot" },
      { label: "claimed", color: PALETTE[1]!, mark: "diamond" },
    ],
    caption:
      "Coverage below the stated level is overconfident. At the right: half the median width, and the mean interval score, in nats.",
    plot: {
      ...rows,
      marginRight: 150,
      x: { domain: [0, 1], label: "coverage", grid: true, tickFormat: (rate: number) => `${Math.round(100 * rate)} %` },
      marks: [
        Plot.ruleY(stated, {
          y,
          x1: ({ coverage }: Stated) => coverage.interval[0],
          x2: ({ coverage }: Stated) => coverage.interval[1],
          stroke: PALETTE[0]!,
          strokeWidth: 2,
        }),
        Plot.dot(stated, { y, x: ({ coverage }: Stated) => coverage.rate, fill: PALETTE[0]!, r: 5 }),
        Plot.dot(stated, {
          y,
          x: ({ coverage }: Stated) => coverage.level,
          fill: PALETTE[1]!,
          symbol: "diamond",
          r: 4.5,
        }),
        Plot.text(stated, {
          y,
          x: 1,
          text: ({ coverage }: Stated) => `±${(coverage.width / 2).toFixed(3)}   score ${coverage.score.toFixed(2)}`,
          textAnchor: "start",
          dx: 12,
          fill: INK,
        }),
      ],
    },
  };
}
