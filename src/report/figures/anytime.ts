import * as Plot from "@observablehq/plot";
import type { Standing } from "../../tournament/analysis/standing.ts";
import { type Figure, INK } from "../figure.ts";
import { FAINT, strategyColours, strategyLegend } from "../strategy-colours.ts";

/** The regret of each strategy, had it stopped after part of the budget. */
export function anytimeFigure(standings: readonly Standing[]): Figure {
  const names = standings.map(({ name }) => name);
  const colours = strategyColours(names);
  const points = standings
    .toReversed()
    .flatMap(({ name, anytime = [] }) =>
      anytime.map(({ share, iqm, interval }) => ({ name, share, iqm, low: interval[0], high: interval[1] })),
    );
  const stroke = ({ name }: { name: string }) => colours.get(name) ?? FAINT;
  const coloured = points.filter((point) => stroke(point) !== FAINT);
  const shares = [...new Set(points.map(({ share }) => share))];
  const least = ({ iqm }: { iqm: number }) => Math.max(iqm, 1e-4);
  return {
    title: "Anytime regret",
    subtitle: "interquartile mean of the regret, if the strategy stopped after this share of the budget",
    legend: strategyLegend(names),
    caption: "Repetition 0 only. Vertical lines are 95 % intervals over worlds.",
    plot: {
      height: 370,
      marginBottom: 42,
      x: {
        type: "log",
        domain: [Math.min(...shares), 1],
        ticks: shares,
        label: "share of the budget spent",
        tickFormat: (share: number) => `${Math.round(100 * share)} %`,
      },
      y: { type: "log", label: "regret (nats)", grid: true, tickFormat: String },
      marks: [
        Plot.ruleX(coloured, {
          x: "share",
          y1: ({ low }: { low: number }) => Math.max(low, 1e-4),
          y2: "high",
          stroke,
          strokeOpacity: 0.45,
        }),
        Plot.line(points, {
          x: "share",
          y: least,
          z: "name",
          stroke,
          strokeWidth: (point: { name: string }) => (stroke(point) === FAINT ? 1 : 2),
        }),
        Plot.dot(coloured, { x: "share", y: least, fill: stroke, r: 3, stroke: INK, strokeOpacity: 0 }),
      ],
    },
  };
}
