import * as Plot from "@observablehq/plot";
import type { Standing } from "../../tournament/analysis/standing.ts";
import { type Figure, INK, PALETTE } from "../figure.ts";
import { namedRows, shortName } from "./rows.ts";

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
      "Actual coverage below the claimed one: overconfident. At the right: half the median width, and the mean interval score, in nats.",
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
