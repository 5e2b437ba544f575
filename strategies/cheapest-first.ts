import { formatFlops } from "../src/task/quantity.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf } from "../src/task/task.ts";
import { purse } from "./asking/budget.ts";
import { asking } from "./asking/nearest-query.ts";
import { EVEN } from "./asking/rates.ts";
import { sizesAround } from "./asking/shapes.ts";
import { chinchillaSize } from "./believing/literature.ts";
import { scaledBest } from "./reading/scaled-best.ts";

/** Sizes tried at every budget. */
const SIZES = 5;

/**
 * Idea: a control. Of a pool of five sizes at four learning rates at every budget the cheapest run not yet bought comes next (the acquisition
 * is 1/cost), until the cap ends it; the lowest loss seen is carried to the target.
 * Source: the cost-only baseline of budgeted experimental design. Knobs: none.
 * Fails because cheap runs are many and say little of large budgets: it measures what "many" is worth by itself.
 */
export const cheapestFirst: Strategy = {
  name: "cheapest-first",
  summary: "control: sizes and rates at every budget, the cheapest run first, until the cap",

  *queries(task) {
    const wallet = purse(task);
    const batchSize = Math.min(...task.admissible.batchSizes);
    for (const flops of budgetsOf(task)) {
      const reason = `the cheapest run not yet bought (${formatFlops(flops)})`;
      const shapes = sizesAround(chinchillaSize(flops), SIZES, task);
      const recipes = EVEN.probes(task).map((learningRate) => ({ learningRate, batchSize }));
      yield* wallet.buy(shapes.flatMap((shape) => recipes.map((recipe) => asking(shape, recipe, flops, task, reason))));
    }
  },

  recommend: scaledBest,
};
