import { usualSize } from "../src/law/usual-training.ts";
import { answered, type Run } from "../src/task/configuration.ts";
import { formatCost } from "../src/task/quantity.ts";
import { bestPerSize, pointOf } from "../src/task/run-point.ts";
import type { Strategy } from "../src/task/strategy.ts";
import type { Task } from "../src/task/task.ts";
import { anyRate, Budget, isoflopLevels, modelOfSize, nearestQuery, sizesAround, spendRest } from "./asking/index.ts";
import { forecastFrontier, literatureSubmission, toSubmission } from "./believing/index.ts";
import {
  batchAt,
  extrapolateOptima,
  highestLearningRate,
  learningRateAt,
  lowestOf,
  tunedRate,
  vertexOf,
} from "./reading/index.ts";

/** Size of the proxy and of the verification, as multiples of √(C/120) of the smallest level. */
const PROXY = 1 / 3;
const VERIFIED = 4;

/**
 * Idea: tune the learning rate on a narrow proxy; carry it to other widths as η ∝ 1/d, Adam's rule of the maximal
 * update parametrization; verify at one larger width against the unchanged rate, and keep the better one; then an
 * isoFLOP sweep with every size at its own rate, a parabola per level, a power law through the vertices.
 * Source: Yang et al. 2022, Tensor Programs V. Knobs: the proxy's size (a third) and the verification's (four times) of
 * the smallest level's √(C/120).
 * Fails because the API does not train in µP (its initialization and output multipliers differ), and because η* also
 * depends on the length of training, which the rule ignores.
 */
export const muTransfer: Strategy = {
  name: "mu-transfer",
  summary: "tune the learning rate on a narrow proxy, carry it as 1/width, verify once, then sweep sizes",

  *queries(task) {
    const budget = new Budget(task);
    const levels = isoflopLevels(task);
    const [first, second] = levels;
    if (!first) return yield* spendRest(budget, task);
    const batchSize = batchAt(budget.runs(), task);
    const proxy = modelOfSize(usualSize(first.flops, task) * PROXY, task);
    yield* budget.buy(
      anyRate
        .probes(task)
        .map((learningRate) =>
          nearestQuery(
            proxy,
            { learningRate, batchSize },
            first.flops,
            task,
            `learning rate on the proxy, ${proxy.dModel} wide`,
          ),
        ),
    );
    const larger = modelOfSize(usualSize(first.flops, task) * VERIFIED, task);
    const transferred = rateFor(larger.dModel, budget.runs(), task);
    const kept = rateFor(proxy.dModel, budget.runs(), task);
    // Both may be the highest rate allowed: then a lower one shows whether the larger width needs less.
    const rates = [transferred, kept > transferred ? kept : anyRate.lower(transferred, task)];
    const why = ["transferred as 1/width, to be verified", "to compare with the transferred one"];
    yield* budget.buy(
      rates.map((learningRate, i) =>
        nearestQuery(larger, { learningRate, batchSize }, (second ?? first).flops, task, `learning rate ${why[i]}`),
      ),
    );
    let [center, below] = [usualSize(first.flops, task), first.flops];
    for (const { flops, count } of levels) {
      center *= Math.sqrt(flops / below);
      const bought = yield* budget.buy(
        sizesAround(center, count, task).map((shape) => {
          const learningRate = rateFor(shape.dModel, budget.runs(), task);
          const reason = `${shape.numLayers}×${shape.dModel} at ${formatCost(flops, task)}, at the learning rate of its width`;
          return nearestQuery(shape, { learningRate, batchSize }, flops, task, reason);
        }),
      );
      const lowest = lowestOf(answered(bought));
      if (lowest) center = pointOf(lowest).N;
      below = flops;
    }
    return yield* spendRest(budget, task);
  },

  recommend(runs, task) {
    const points = bestPerSize(answered(runs).map(pointOf));
    const levels = [...Map.groupBy(points, ({ C }) => C)].filter(([, level]) => level.length > 2);
    if (levels.length === 0) return literatureSubmission(task, runs);
    const optima = levels
      .map(([C, level]) => ({ C, ...vertexOf(level) }))
      .map(({ C, logN, loss }) => ({ C, N: Math.exp(logN), loss }))
      .toSorted((a, b) => a.C - b.C);
    const { N, law } = extrapolateOptima(optima, task.target, "log");
    const frontier = forecastFrontier(optima, task.target, task);
    const width = Math.cbrt((64 * N) / 12);
    return toSubmission(
      {
        N,
        loss: frontier.loss,
        learningRate: rateFor(width, runs, task),
        batchSize: batchAt(runs, task),
        law: `${law}; ${frontier.law}`,
      },
      task,
    );
  },
};

/**
 * η of a width from the widest comparison: as 1/width, unless the verification preferred the proxy's unchanged rate. At
 * most the highest rate allowed.
 */
function rateFor(dModel: number, runs: readonly Run[], task: Task): number {
  const highest = highestLearningRate(task);
  const known = answered(runs);
  const narrowest = Math.min(...known.map((run) => run.dModel));
  const proxy = tunedRate(known.filter((run) => run.dModel === narrowest));
  if (!proxy) return learningRateAt(task.target, runs, task);
  const verified = tunedRate(known.filter((run) => run.dModel > narrowest));
  if (!verified) return Math.min(highest, Math.exp(proxy.logRate) * (proxy.at.dModel / dModel));
  const transferred = proxy.logRate + Math.log(proxy.at.dModel / verified.at.dModel);
  const byWidth = Math.abs(verified.logRate - transferred) < Math.abs(verified.logRate - proxy.logRate);
  return Math.min(highest, Math.exp(verified.logRate) * (byWidth ? verified.at.dModel / dModel : 1));
}
