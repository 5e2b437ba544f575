import * as Plot from "@observablehq/plot";
import { formatPercent } from "../../task/quantity.ts";
import type { Analysis, Standing } from "../../tournament/analysis/analysis.ts";
import { FAINT, INK, PALETTE } from "../colors.ts";
import type { Figure } from "../figure.ts";
import { namedRows, shortName } from "./plot-axes.ts";

/** Lower regrets are drawn at this value: a logarithmic axis has no zero. */
const LEAST = 1e-4;

function tickText(regret: number): string {
  return regret <= LEAST ? `≤ ${LEAST}` : String(regret);
}

/**
 * The regrets of each strategy: the central 90 % and 50 % of its runs, and the interquartile mean with its interval.
 */
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
      { label: "interquartile mean, 95 % interval for new worlds", color: INK, mark: "diamond" },
    ],
    plot: {
      ...rows,
      x: { type: "log", label: "regret (nats)", labelAnchor: "right", grid: true, tickFormat: tickText },
      marks: [
        Plot.ruleY(standings, { ...span(0, 4), stroke: PALETTE[0]!, strokeOpacity: 0.55, strokeWidth: 1.5 }),
        Plot.ruleY(standings, { ...span(1, 3), stroke: PALETTE[0]!, strokeOpacity: 0.3, strokeWidth: 11 }),
        Plot.ruleY(standings, {
          y,
          x1: ({ regret }: Standing) => at(regret.newWorlds[0]),
          x2: ({ regret }: Standing) => at(regret.newWorlds[1]),
          stroke: INK,
          strokeWidth: 2.5,
        }),
        Plot.dot(standings, { x: ({ regret }: Standing) => at(regret.iqm), y, fill: INK, symbol: "diamond", r: 5 }),
      ],
    },
  };
}

/** The parts of the mean regret: from the size, and from the hyperparameters at that size. */
export function regretSplitFigure(standings: readonly Standing[]): Figure {
  const parts = standings.flatMap(({ name, regret }) => [
    { name: shortName(name), part: "size", nats: regret.fromSize },
    { name: shortName(name), part: "hyperparameters", nats: regret.fromHyperparameters },
  ]);
  const color = (part: string) => (part === "size" ? PALETTE[0]! : PALETTE[4]!);
  return {
    title: "Where the regret comes from",
    subtitle: "mean regret of the runs with a submission, in nats",
    legend: [
      { label: "size: the regret left with the best hyperparameters", color: color("size") },
      { label: "hyperparameters at that size", color: color("") },
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
            fill: ({ part }: { part: string }) => color(part),
            fillOpacity: 0.8,
            order: ["size", "hyperparameters"],
            z: "part",
          },
        ),
      ],
    },
  };
}

/** The regret of each strategy, had it stopped after part of the budget. */
export function anytimeFigure(standings: readonly Standing[]): Figure {
  const names = standings.map(({ name }) => name);
  const colors = strategyColors(names);
  const points = standings
    .toReversed()
    .flatMap(({ name, anytime = [] }) =>
      anytime.map(({ share, iqm, interval }) => ({ name, share, iqm, low: interval[0], high: interval[1] })),
    );
  const stroke = ({ name }: { name: string }) => colors.get(name) ?? FAINT;
  const colored = points.filter((point) => stroke(point) !== FAINT);
  const shares = [...new Set(points.map(({ share }) => share))];
  const least = ({ iqm }: { iqm: number }) => Math.max(iqm, LEAST);
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
      y: { type: "log", label: "regret (nats)", grid: true, tickFormat: tickText },
      marks: [
        Plot.ruleX(colored, {
          x: "share",
          y1: ({ low }: { low: number }) => Math.max(low, LEAST),
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
        Plot.dot(colored, { x: "share", y: least, fill: stroke, r: 3, stroke: INK, strokeOpacity: 0 }),
      ],
    },
  };
}

/** The share of a strategy's runs with at most a given regret: higher and further left is better. */
export function performanceProfilesFigure({ standings, profiles }: Analysis): Figure {
  const names = standings.map(({ name }) => name);
  const colors = strategyColors(names);
  const { thresholds } = profiles;
  // Colored lines last, so that they lie on top.
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
          stroke: ({ name }: { name: string }) => colors.get(name) ?? FAINT,
          strokeWidth: ({ name }: { name: string }) => (colors.get(name) === FAINT ? 1 : 2),
          curve: "step-after",
        }),
      ],
    },
  };
}

/** Strategies that get a color of their own in figures with a line for each; the others share a gray. */
const COLORED = 7;

/** The color of each strategy, the same in every figure: the best few by their place on the leaderboard. */
function strategyColors(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name, place) => [name, place < COLORED ? (PALETTE[place] as string) : FAINT]));
}

/** Legend entries for lines in those colors; the gray ones share one. */
function strategyLegend(
  names: readonly string[],
): { readonly label: string; readonly color: string; readonly mark: "line" }[] {
  const colors = strategyColors(names);
  const own = names.filter((name) => colors.get(name) !== FAINT);
  const entries = own.map((label) => ({ label, color: colors.get(label) as string, mark: "line" as const }));
  return own.length < names.length ? [...entries, { label: "the others", color: FAINT, mark: "line" }] : entries;
}
