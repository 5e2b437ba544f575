import * as Plot from "@observablehq/plot";
import { formatPercent } from "../../task/quantity.ts";
import type { Analysis } from "../../tournament/analysis/analysis.ts";
import type { Figure } from "../figure.ts";
import { FAINT, strategyColours, strategyLegend } from "../strategy-colours.ts";

/** The share of a strategy's runs with at most a given regret: higher and further left is better. */
export function performanceProfilesFigure({ standings, profiles }: Analysis): Figure {
  const names = standings.map(({ name }) => name);
  const colours = strategyColours(names);
  const { thresholds } = profiles;
  // Coloured lines last, so that they lie on top.
  const lines = names.toReversed().flatMap((name) => {
    const profile = profiles.strategies.find(({ strategy }) => strategy === name);
    return thresholds.map((threshold, i) => ({ name, threshold, share: profile?.shares[i] ?? 0 }));
  });
  return {
    title: "Performance profiles",
    subtitle: "share of runs with at most this regret (Agarwal et al. 2021)",
    legend: strategyLegend(names),
    plot: {
      height: 370,
      marginBottom: 42,
      x: {
        type: "log",
        domain: [thresholds[0]!, thresholds.at(-1)!],
        label: "regret (nats)",
        tickFormat: String,
        grid: true,
      },
      y: {
        domain: [0, 1],
        label: "share of runs",
        percent: false,
        grid: true,
        tickFormat: (share: number) => formatPercent(share),
      },
      marks: [
        Plot.line(lines, {
          x: "threshold",
          y: "share",
          z: "name",
          stroke: ({ name }: { name: string }) => colours.get(name) ?? FAINT,
          strokeWidth: ({ name }: { name: string }) => (colours.get(name) === FAINT ? 1 : 2),
          curve: "step-after",
        }),
      ],
    },
  };
}
