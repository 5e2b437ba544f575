import { envelope as envelopeFitter } from "../src/fit/methods/envelope.ts";
import { usualSize } from "../src/law/usual-training.ts";
import { nonEmbeddingParameters } from "../src/task/accounting.ts";
import type { Shape } from "../src/task/configuration.ts";
import { formatCost } from "../src/task/quantity.ts";
import { bestPerSize, pointOf } from "../src/task/run-point.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import {
  anyRate,
  Budget,
  checkLowerRates,
  compareBatches,
  modelOfSize,
  nearestQuery,
  sameSize,
  spendRest,
} from "./asking/index.ts";
import { forecastFrontier, literatureSubmission, toSubmission } from "./believing/index.ts";
import { batchAt, comparable, learningRateAt, recipeAt } from "./reading/index.ts";

/** Sizes followed are a factor of two apart. Each is trained at every budget where it might be the best. */
const SPACING = 2;
/** A model is trained where its size is within this factor of √(C/120). */
const REACH = 2.6;
/** Three runs of the largest budget cost half of the cap; curves begin at a hundredth of it. */
const TOP = { runs: 3, share: 0.5, span: 100 };
/** The learning rate is tuned at the first budget of at least this share of the cap, and checked at the second. */
const RATES_AT = [0.012, 0.025];

/**
 * Idea: follow models of several sizes through rising budgets, as if along their training curves; keep the runs that no
 * cheaper run beats; fit power laws of C to them.
 * Source: Hoffmann et al. 2022, approach 1, on an API that reports only the end of a run, so that every point of a
 * curve is a run of its own. Knobs: spacing of the sizes (×2), reach around √(C/120) (×2.6).
 * Fails by its resolution: the envelope's N is one of the sizes followed, half a step off on average, and points early
 * on a curve favor small models.
 */
export const envelope: Strategy = {
  name: "envelope",
  summary: "sizes followed through rising budgets, power law through the runs that no cheaper run beats (approach 1)",

  *queries(task) {
    const budget = new Budget(task);
    const budgets = followedBudgets(task);
    const shapes = sizesOf(budgets, task);
    const [tuned, checked] = RATES_AT.map((share) => budgets.find((flops) => flops >= share * task.cap));
    for (const flops of budgets) {
      const near = shapes.filter((shape) => {
        const ratio = nonEmbeddingParameters(shape) / usualSize(flops, task);
        return Math.abs(Math.log(ratio)) <= Math.log(REACH);
      });
      const ask = (shape: Shape, learningRate: number, why: string) =>
        nearestQuery(
          shape,
          { learningRate, batchSize: batchAt(budget.runs(), task) },
          flops,
          task,
          `${shape.numLayers}×${shape.dModel} ${why}`,
        );
      const middle = near[Math.floor(near.length / 2)];
      if (middle && flops === tuned) {
        yield* budget.buy(anyRate.probes(task).map((rate) => ask(middle, rate, "at several learning rates")));
        yield* compareBatches(budget, task, middle, flops, anyRate);
      }
      const followed = `followed to ${formatCost(flops, task)}`;
      if (middle && flops === checked) {
        yield* budget.buy([ask(middle, learningRateAt(flops, budget.runs(), task), followed)]);
        yield* checkLowerRates(budget, task, flops, anyRate);
      }
      const rate = learningRateAt(flops, budget.runs(), task);
      yield* budget.buy(near.map((shape) => ask(shape, rate, followed)));
    }
    return yield* spendRest(budget, task);
  },

  recommend(runs, task) {
    const points = bestPerSize(comparable(runs).map(pointOf));
    const fit = envelopeFitter.fit(points);
    const N = fit.optimum(task.target)?.N;
    if (N === undefined) return literatureSubmission(task, runs);
    const bests = fit.points.map(({ C, loss }) => ({ C, loss: loss as number }));
    const frontier = forecastFrontier(bests, task.target, task);
    const law = `N* = C^${fit.exponents?.a.toPrecision(4)} through ${bests.length} runs; ${frontier.law}`;
    return toSubmission({ N, loss: frontier.loss, ...recipeAt(task.target, runs, task), law }, task);
  },
};

/** Budgets from a hundredth of the top one, which is the largest of which three runs cost at most half of the cap. */
function followedBudgets(task: Task): number[] {
  const budgets = budgetsOf(task);
  const top = budgets.findLast((flops) => flops * TOP.runs <= TOP.share * task.cap) ?? Number.NaN;
  return budgets.filter((flops) => flops <= top && flops >= (top / TOP.span) * 0.99);
}

/** The customary sizes about a factor of two apart that are within reach at one of the budgets. */
function sizesOf(budgets: readonly number[], task: Task): Shape[] {
  const [low, high] = [usualSize(budgets[0] ?? 1, task) / REACH, usualSize(budgets.at(-1) ?? 1, task) * REACH];
  const count = 1 + Math.floor(Math.log(high / low) / Math.log(SPACING));
  const shapes: Shape[] = [];
  for (let i = 0; i < count; i++) {
    const shape = modelOfSize(low * Math.exp(i * Math.log(SPACING)), task, shapes);
    if (!shapes.some((other) => sameSize(shape, other))) shapes.push(shape);
  }
  return shapes;
}
