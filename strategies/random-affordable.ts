import { formatAmount } from "../src/task/quantity.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf } from "../src/task/task.ts";
import { Budget, drawConfiguration, nearestQuery, noteOnRest, pick } from "./asking/index.ts";
import { scaledBest } from "./believing/index.ts";

/** Enough to spend any cap on budgets like the course's; cheap runs could go on for thousands. */
const MOST_RUNS = 100;

/**
 * Idea: a control. Every run is uniform over the configurations that the rest of the cap can buy; the lowest loss seen
 * is carried to the target.
 * Source: random search (Bergstra and Bengio 2012). Knobs: none.
 * Fails as a control should: half its runs go to sizes and rates that nobody would choose, and it fits no law to them.
 */
export const randomAffordable: Strategy = {
  name: "random-affordable",
  summary: "control: uniform over what is affordable; the lowest loss carried to the target",

  *queries(task, rng) {
    const budget = new Budget(task);
    for (let run = 0; run < MOST_RUNS; run++) {
      const budgets = budgetsOf(task).filter((flops) => flops <= budget.left());
      if (budgets.length === 0) return noteOnRest(budget, task, "no run costs as little");
      const flops = pick(budgets, rng);
      const drawn = drawConfiguration(task.searchSpace, flops, rng);
      yield* budget.buy([
        nearestQuery(
          drawn,
          drawn,
          flops,
          task,
          `drawn at random from what the remaining ${formatAmount(budget.left(), task.clock ? "seconds" : "FLOPs")} buy`,
        ),
      ]);
    }
    return noteOnRest(budget, task, `${MOST_RUNS} draws are enough of a control`);
  },

  recommend: scaledBest,
};
