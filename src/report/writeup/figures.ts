import * as Plot from "@observablehq/plot";
import { powerLawAt } from "../../fit/power-law.ts";
import type { AnsweredRun } from "../../task/configuration.ts";
import { bestPerSize, pointOf, type RunPoint } from "../../task/run-point.ts";
import { powerOfTen } from "../axes.ts";
import { type Figure, PALETTE } from "../figure.ts";
import { countAxisY, frame, linearAxisY, logAxisX, logDomain } from "../figures/plot-axes.ts";
import type { WriteupNumbers } from "./numbers.ts";

/** The runs of a write-up as laws see them: the lowest loss of each size and budget. */
function pointsOf({ runs }: WriteupNumbers): RunPoint[] {
  return bestPerSize(
    runs.filter((run): run is (typeof runs)[number] & AnsweredRun => run.status === "ok").map(pointOf),
  );
}

/** Loss over model size, a line for every budget, its lowest run marked. */
export function isoflopFigure(numbers: WriteupNumbers): Figure {
  const points = pointsOf(numbers);
  const budgets = [...new Set(points.map(({ C }) => C))].sort((a, b) => a - b);
  const colorOf = ({ C }: { readonly C: number }) => PALETTE[budgets.indexOf(C) % PALETTE.length] as string;
  const minima = numbers.budgets.flatMap(({ C, best }) => (best ? [{ C, ...best }] : []));
  const domain = logDomain(
    points.map(({ N }) => N),
    1.3,
  );
  const losses = points.map(({ loss }) => loss);
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  const room = 0.08 * (most - least) || 0.1;
  return {
    title: "Loss over model size at equal compute",
    subtitle: "the lowest run of each size and budget; rings mark the lowest of each budget",
    legend: budgets.map((C) => ({ label: `${powerOfTen(C)} FLOPs`, color: colorOf({ C }) })),
    plot: {
      height: 400,
      x: { type: "log", domain, label: null },
      y: { domain: [least - room, most + room], label: null },
      marks: [
        ...logAxisX(domain, "model size N (parameters)", "count"),
        ...linearAxisY("final loss (nats per token)"),
        frame(),
        Plot.line(
          points.toSorted((a, b) => a.N - b.N),
          { x: "N", y: "loss", z: "C", stroke: colorOf, strokeWidth: 1.8 },
        ),
        Plot.dot(points, { x: "N", y: "loss", fill: colorOf, r: 4 }),
        Plot.dot(minima, { x: "N", y: "loss", stroke: colorOf, strokeWidth: 1.8, r: 8 }),
      ],
    },
  };
}

/**
 * The lowest run of each budget and the power law through them, extended to the target; the submission is a diamond.
 */
export function sizeLawFigure(numbers: WriteupNumbers): Figure | undefined {
  return lawFigure(numbers, "N");
}

export function lossLawFigure(numbers: WriteupNumbers): Figure | undefined {
  return lawFigure(numbers, "loss");
}

const WORDS = {
  N: { title: "Compute-optimal model size", label: "model size N (parameters)" },
  loss: { title: "Loss of the best run of each budget", label: "final loss (nats per token)" },
} as const;

function lawFigure(numbers: WriteupNumbers, of: "N" | "loss"): Figure | undefined {
  const { minima, budgets, target, modelSize, submission } = numbers;
  if (!minima) return undefined;
  const law = minima[of];
  const lowest = budgets.flatMap(({ C, best }) => (best ? [{ C, value: best[of] }] : []));
  const measured = logDomain(
    lowest.map(({ C }) => C),
    1,
  );
  const at = (C: number) => ({ C, value: powerLawAt(law, C) });
  const submitted = { C: target, value: of === "N" ? modelSize : submission.predictedLoss };
  const domain = logDomain([...measured, target], 2);
  const values = [...lowest, submitted, at(domain[0]), at(domain[1])].map(({ value }) => value);
  const range = logDomain(values, of === "N" ? 1.5 : 1.04);
  const curve = (from: number, to: number) =>
    Array.from({ length: 41 }, (_, i) => at(from * Math.exp((i / 40) * Math.log(to / from))));
  const { interval } = submission;
  const { title, label } = WORDS[of];
  return {
    title,
    subtitle: "power law through the lowest runs, in log space, and the strategy's submission",
    legend: [
      { label: "lowest run of each budget", color: PALETTE[0] as string },
      { label: "power law", color: PALETTE[1] as string, mark: "line" },
      { label: "extrapolated", color: PALETTE[1] as string, mark: "dashed" },
      { label: "submitted", color: PALETTE[2] as string, mark: "diamond" },
    ],
    plot: {
      height: 400,
      marginLeft: 72,
      x: { type: "log", domain, label: null },
      y: { type: of === "N" ? "log" : "linear", domain: range, label: null },
      marks: [
        ...logAxisX(domain, "training compute C (FLOPs)", "power"),
        ...(of === "N" ? countAxisY(range, label) : linearAxisY(label)),
        frame(),
        Plot.line(curve(domain[0], measured[1]), { x: "C", y: "value", stroke: PALETTE[1] as string, strokeWidth: 2 }),
        Plot.line(curve(measured[1], domain[1]), {
          x: "C",
          y: "value",
          stroke: PALETTE[1] as string,
          strokeWidth: 2,
          strokeDasharray: "6 4",
        }),
        ...(of === "loss" && interval
          ? [
              Plot.ruleX([{ C: target, ...interval }], {
                x: "C",
                y1: "low",
                y2: "high",
                stroke: PALETTE[2] as string,
                strokeWidth: 2.5,
              }),
            ]
          : []),
        Plot.dot(lowest, { x: "C", y: "value", r: 5, fill: PALETTE[0] as string }),
        Plot.dot([submitted], { x: "C", y: "value", symbol: "diamond", r: 7, fill: PALETTE[2] as string }),
      ],
    },
  };
}
