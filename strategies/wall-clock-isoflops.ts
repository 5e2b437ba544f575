import { usualSize } from "../src/law/usual-training.ts";
import { valuesOf } from "../src/task/search-space.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import { anyRate, Budget, modelOfSize, nearestQuery, sizesAround, spendRest } from "./asking/index.ts";
import { forecastFrontier, literatureSubmission, toSubmission } from "./believing/index.ts";
import { batchAt, extrapolateOptima, learningRateAt, levelVertices, recipeAt } from "./reading/index.ts";

/** Shares of the cap that a run of each level reserves, and how many sizes it has. */
const LEVELS = [
  { share: 1 / 120, sizes: 5 },
  { share: 1 / 30, sizes: 5 },
  { share: 1 / 9, sizes: 5 },
];
/** Learning rates are compared at this share of the cap. */
const RATES = 1 / 240;

/**
 * Idea: isoFLOP curves over time. At each of a few budgets of wall-clock time, train a few sizes, each for as many tokens
 * as fit; a parabola in ln N per budget; a line through the minima in logarithms. Learning rates are compared at a small
 * budget first, batches at the middle one.
 * Source: what students of the 2026 assignment did with the handout's recipe (Hoffmann et al. 2022, approach 2).
 * Knobs: 1/120, 1/30 and 1/9 of the cap a run, five sizes each. Where budgets are in FLOPs it is an isoFLOP sweep.
 * Fails where the minima of three budgets do not determine a slope: the target is thirty times beyond them.
 */
export const wallClockIsoflops: Strategy = {
  name: "wall-clock-isoflops",
  summary: "a few sizes at a few budgets of time, a parabola per budget, a line through the minima",

  *queries(task) {
    const budget = new Budget(task);
    yield* compareRates(budget, task);
    let center: number | undefined;
    let below = 0;
    for (const [i, { share, sizes }] of LEVELS.entries()) {
      const amount = budgetAt(share, task);
      center = center === undefined ? usualSize(amount, task) : center * Math.exp(0.45 * Math.log(amount / below));
      below = amount;
      if (i === 1) yield* compareBatches(budget, task, center, amount);
      const recipe = () => recipeAt(amount, budget.runs(), task);
      yield* budget.buy(
        sizesAround(center, sizes, task).map((shape) =>
          nearestQuery(shape, recipe(), amount, task, "one of the level's sizes"),
        ),
      );
      const vertex = levelVertices(budget.runs()).find(({ C }) => C === amount);
      if (vertex) center = Math.exp(vertex.logN);
    }
    return yield* spendRest(budget, task);
  },

  recommend(runs, task) {
    const levels = levelVertices(runs);
    if (levels.length === 0) return literatureSubmission(task, runs);
    const optima = levels.map(({ C, logN, loss }) => ({ C, N: Math.exp(logN), loss }));
    const { N, law } = extrapolateOptima(optima, task.target, "log");
    const frontier = forecastFrontier(optima, task.target, task);
    const interval = { level: 0.8, low: frontier.quantile(0.1), high: frontier.quantile(0.9) };
    return toSubmission(
      { N, loss: frontier.loss, interval, ...recipeAt(task.target, runs, task), law: `${law}; ${frontier.law}` },
      task,
    );
  },
};

/** One model at several learning rates, with the smallest batch: at equal tokens it learns most. */
function* compareRates(budget: Budget, task: Task) {
  const amount = budgetAt(RATES, task);
  const batchSize = Math.min(...batchesOf(task));
  const shape = modelOfSize(usualSize(amount, task), task);
  yield* budget.buy(
    anyRate
      .probes(task)
      .map((learningRate) =>
        nearestQuery(shape, { batchSize, learningRate }, amount, task, "learning rates compared first"),
      ),
  );
}

/** One model at the usual batch and at the next larger one. */
function* compareBatches(budget: Budget, task: Task, size: number, amount: number) {
  const shape = modelOfSize(size, task);
  const usual = batchAt(budget.runs(), task);
  const larger = batchesOf(task).find((batch) => batch > usual) ?? usual;
  const learningRate = learningRateAt(amount, budget.runs(), task);
  yield* budget.buy(
    [...new Set([usual, larger])].map((batchSize) =>
      nearestQuery(shape, { batchSize, learningRate }, amount, task, "batches compared"),
    ),
  );
}

/** The batches on offer, ascending; the two ends of a range. */
function batchesOf({ searchSpace: { batchSize } }: Task): readonly number[] {
  return batchSize.kind === "choice" ? valuesOf(batchSize) : [batchSize.minimum, batchSize.maximum];
}

/** The largest budget on offer that is at most this share of the cap; the smallest where none is. */
function budgetAt(share: number, task: Task): number {
  const budgets = budgetsOf(task);
  return budgets.findLast((amount) => amount <= share * task.cap) ?? (budgets[0] as number);
}
