import { usualSize } from "../src/law/usual-training.ts";
import { formatCost } from "../src/task/quantity.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf } from "../src/task/task.ts";
import { anyRate, Budget, nearestQuery, sizesAround, spendRest } from "./asking/index.ts";
import { scaledBest } from "./believing/index.ts";
import { batchAt } from "./reading/index.ts";

/** Sizes tried at every budget. */
const SIZES = 5;

/**
 * Idea: a control. From five sizes at four learning rates at every budget, buy the cheapest run not yet bought (the
 * acquisition function is 1/cost) until the cap is spent; carry the lowest loss seen to the target.
 * Source: the cost-only baseline of budgeted experimental design. Knobs: none.
 * Fails because cheap runs say little about large budgets: it measures what many runs are worth by themselves.
 */
export const cheapestFirst: Strategy = {
  name: "cheapest-first",
  summary: "control: sizes and rates at every budget, the cheapest run first, until the cap",

  *queries(task) {
    const budget = new Budget(task);
    const batchSize = batchAt(budget.runs(), task);
    for (const flops of budgetsOf(task)) {
      const reason = `the cheapest run not yet bought (${formatCost(flops, task)})`;
      const shapes = sizesAround(usualSize(flops, task), SIZES, task);
      const recipes = anyRate.probes(task).map((learningRate) => ({ learningRate, batchSize }));
      yield* budget.buy(
        shapes.flatMap((shape) => recipes.map((recipe) => nearestQuery(shape, recipe, flops, task, reason))),
      );
    }
    return yield* spendRest(budget, task);
  },

  recommend: scaledBest,
};
