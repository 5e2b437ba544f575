import { minimumPerBudget } from "../src/fit/methods/minimum.ts";
import type { Space } from "../src/fit/power-law.ts";
import { answered } from "../src/task/configuration.ts";
import { bestPerSize, pointOf } from "../src/task/run-point.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { Budget, isoflopSweep, spendRest } from "./asking/index.ts";
import { forecastFrontier, literatureSubmission, toSubmission } from "./believing/index.ts";
import { extrapolateOptima, recipeAt } from "./reading/index.ts";

/**
 * Idea: an isoFLOP sweep at up to four budgets; the lowest run of each; a power law N*(C) through them by least
 * squares. This is the handout's recipe, after learning rates are compared on the smallest level. The loss comes from
 * the frontier of the best runs with a floor, which the handout leaves to the student.
 * Source: the assignment's handout; Hoffmann et al. 2022, section 3.2, without the parabola.
 * Knobs: `space` of the least squares, linear (the handout's, which follows the largest budget; default) or log.
 * Fails when the grid is coarse (the minimum is one of the sizes tried) and when noise decides which is lowest.
 */
export function isoflopsMinimum(space: Space = "linear"): Strategy {
  return {
    name: space === "linear" ? "isoflops-minimum" : "isoflops-minimum-log",
    summary: `the handout's recipe: lowest run per budget, power law by least squares in ${space} space`,

    *queries(task) {
      const budget = new Budget(task);
      yield* isoflopSweep(budget, task);
      return yield* spendRest(budget, task);
    },

    recommend(runs, task) {
      const { minima } = minimumPerBudget(bestPerSize(answered(runs).map(pointOf)));
      if (minima.length === 0) return literatureSubmission(task, runs);
      const { N, law } = extrapolateOptima(minima, task.target, space);
      const frontier = forecastFrontier(minima, task.target, task);
      return toSubmission(
        { N, loss: frontier.loss, ...recipeAt(task.target, runs, task), law: `${law}; ${frontier.law}` },
        task,
      );
    },
  };
}
