import { formatFlops } from "../src/task/quantity.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf } from "../src/task/task.ts";
import { purse } from "./asking/budget.ts";
import { drawConfiguration, pick } from "./asking/draw.ts";
import { asking } from "./asking/nearest-query.ts";
import { scaledBest } from "./reading/scaled-best.ts";

/** Enough to spend any cap on budgets like the course's; cheap runs could go on for thousands. */
const MOST_RUNS = 100;

/**
 * Idea: a control. Every run is uniform over the configurations that what is left can buy; the lowest loss seen is
 * carried to the target.
 * Source: random search (Bergstra and Bengio 2012). Knobs: none.
 * Fails as a control should: half its runs go to sizes and rates nobody would choose, and it learns no law from them.
 */
export const randomAffordable: Strategy = {
  name: "random-affordable",
  summary: "control: uniform over what can still be bought; the lowest loss carried to the target",

  *queries(task, rng) {
    const wallet = purse(task);
    for (let run = 0; run < MOST_RUNS; run++) {
      const budgets = budgetsOf(task).filter((flops) => flops <= wallet.left());
      if (budgets.length === 0) return;
      const flops = pick(budgets, rng);
      const drawn = drawConfiguration(task.searchSpace, flops, rng);
      yield* wallet.buy([
        asking(drawn, drawn, flops, task, `drawn at random from what ${formatFlops(wallet.left())} buys`),
      ]);
    }
  },

  recommend: scaledBest,
};
