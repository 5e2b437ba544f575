import type { Strategy } from "../src/task/strategy.ts";
import { Budget, isoflopSweep, spendRest } from "./asking/index.ts";
import {
  allocate,
  bootstrapInterval,
  describeLaw,
  fitChinchilla,
  literatureSubmission,
  toSubmission,
} from "./believing/index.ts";
import { comparable, recipeAt } from "./reading/index.ts";

/** Level of the bootstrap's central intervals, and refits per interval. */
const INTERVAL = { level: 0.8, refits: 60 };

/**
 * Idea: the same sweep; L = E + A/N^alpha + B/D^beta through all its runs by variable projection, its optimum at the
 * target; the interval by resampling runs. D is counted as the handout does or as the 2025 runs were charged, whichever
 * fits better; where the runs do not determine the law, floor and exponents have the literature as prior.
 * Source: Hoffmann et al. 2022, approach 3; Czech et al. 2026 (variable projection). Knobs: the interval's level (0.8)
 * and the number of refits (60).
 * Fails when short runs do not follow the law (five parameters adapt to them, and E ends at 0 or far too high) and when
 * the world is of another family: the bootstrap does not cover that, so its intervals are too narrow.
 */
export const isoflopsParametric: Strategy = {
  name: "isoflops-parametric",
  summary: "E + A/N^alpha + B/D^beta through the sweep's runs, interval by bootstrap (approach 3)",
  flopsOnly: true,

  *queries(task) {
    const budget = new Budget(task);
    yield* isoflopSweep(budget, task);
    return yield* spendRest(budget, task);
  },

  recommend(runs, task, rng) {
    const law = fitChinchilla(comparable(runs));
    if (!law) return literatureSubmission(task, runs);
    const { N, loss } = allocate(law, task.target);
    const interval = bootstrapInterval(law, { N, C: task.target }, { ...INTERVAL, rng });
    return toSubmission(
      { N, loss, ...recipeAt(task.target, runs, task), ...(interval ? { interval } : {}), law: describeLaw(law) },
      task,
    );
  },
};
