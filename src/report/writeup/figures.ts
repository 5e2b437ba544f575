import { powerLawAt } from "../../fit/power-law.ts";
import type { AnsweredRun } from "../../task/configuration.ts";
import { bestPerSize, pointOf, type RunPoint } from "../../task/run-point.ts";
import type { Figure } from "../figure.ts";
import { allocationFigure } from "../figures/allocation.ts";
import { frontierFigure } from "../figures/frontier.ts";
import { type Profile, profilesFigure } from "../figures/profiles.ts";
import { lossOf } from "./law.ts";
import type { WriteupNumbers } from "./numbers.ts";

/** Loss over model size, with the law's curve and band for every budget. */
export function isoflopFigure(numbers: WriteupNumbers): Figure {
  const { fitted, law, runs } = numbers;
  const key = ({ N, C }: RunPoint) => `${N}/${C}`;
  const taken = new Set(fitted.points.map(key));
  // Of sizes that the laws leave out, the best run.
  const others = bestPerSize(
    runs.filter((run): run is (typeof runs)[number] & AnsweredRun => run.status === "ok").map(pointOf),
  ).filter((point) => !taken.has(key(point)));
  const all = [...fitted.points, ...others.map((point) => ({ ...point, faint: true }))];
  const profiles = [...Map.groupBy(all, ({ C }) => C)]
    .toSorted(([a], [b]) => a - b)
    .map(([C, own]): Profile => {
      const band = law?.intervals?.profiles.find((profile) => profile.C === C)?.at;
      const curve = law && own.some((point) => !("faint" in point));
      return {
        C,
        runs: own,
        ...(curve && { lossAt: (N: number) => lossOf(law, N, C) }),
        ...(band && { band: band.map(({ N, loss: [low, high] }) => ({ x: N, low, high })) }),
      };
    });
  return profilesFigure(profiles, {
    subtitle: law ? "curves: the fitted law" : "the runs do not determine a law",
    optimum: "optimum",
    ...(law?.intervals && { band: `${percent(law.intervals.level)} interval of the law` }),
    faint: "other settings, not fitted",
  });
}

/** The best size over compute: the law with its band, the lowest run of each budget, and the submission. */
export function sizeFigure(numbers: WriteupNumbers): Figure | undefined {
  const { law, minima, budgets, target, modelSize, fitted } = numbers;
  const shown = law?.size ?? minima?.N;
  if (!shown) return undefined;
  return allocationFigure({
    quantity: "N",
    law: shown,
    optima: budgets.flatMap(({ C, best }) => (best ? [{ C, value: best.N }] : [])),
    optimaAre: "lowest run of each budget",
    tried: fitted.points.map(({ C, N }) => ({ C, value: N })),
    targets: [target],
    recipe: law ? "of the fitted law" : "through the lowest runs",
    ...(law?.intervals && {
      band: {
        level: law.intervals.level,
        points: law.intervals.band.map(({ C, N: [low, high] }) => ({ x: C, low, high })),
      },
    }),
    submitted: { C: target, value: modelSize },
  });
}

/** The loss of the best allocation over compute, with the submission and its interval. */
export function lossFigure(numbers: WriteupNumbers): Figure | undefined {
  const { law, minima, target, submission, fitted } = numbers;
  if (!law && !minima) return undefined;
  const { predictedLoss, interval } = submission;
  const optimum = (C: number) => law && lossOf(law, powerLawAt(law.size, C), C);
  return frontierFigure({
    runs: fitted.points,
    lossAt: (C) => optimum(C) ?? (minima && powerLawAt(minima.loss, C)),
    targets: [target],
    subtitle: law ? "the fitted law at its best size" : "power law through the lowest runs",
    ...(law?.intervals && {
      band: {
        level: law.intervals.level,
        points: law.intervals.band.map(({ C, loss: [low, high] }) => ({ x: C, low, high })),
      },
    }),
    submitted: { C: target, loss: predictedLoss, ...(interval && { low: interval.low, high: interval.high }) },
  });
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
