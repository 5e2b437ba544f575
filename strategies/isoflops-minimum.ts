import { minimumPerBudget } from "../src/fit/methods/minimum.ts";
import type { Space } from "../src/fit/power-law.ts";
import { answered } from "../src/task/configuration.ts";
import { bestPerSize, pointOf } from "../src/task/run-point.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { purse } from "./asking/budget.ts";
import { isoflopSweep } from "./asking/isoflop-sweep.ts";
import { learningRateAt } from "./asking/learning-rate.ts";
import { literatureSubmission } from "./believing/literature.ts";
import { submit } from "./believing/submit.ts";
import { extrapolateOptima } from "./reading/extrapolate.ts";
import { forecastFrontier } from "./reading/frontier.ts";

/**
 * Idea: an isoFLOP sweep at up to four budgets; the lowest run of each; a power law N*(C) through them by least squares.
 * The handout's recipe, with a learning-rate probe on the smallest level first. The loss is read off the frontier of the
 * best runs with a floor, which the handout leaves to the student.
 * Source: the assignment's handout; Hoffmann et al. 2022, section 3.2, without the parabola.
 * Knobs: `space` of the least squares, linear (the handout's, which follows the largest budget; default) or log.
 * Fails when the grid is coarse (the minimum is one of the sizes tried) and when noise decides which is lowest.
 */
export function isoflopsMinimum(space: Space = "linear"): Strategy {
  return {
    name: space === "linear" ? "isoflops-minimum" : "isoflops-minimum-log",
    summary: `the handout's recipe: lowest run per budget, power law by least squares in ${space} space`,

    *queries(task) {
      yield* isoflopSweep(purse(task), task);
    },

    recommend(runs, task) {
      const { minima } = minimumPerBudget(bestPerSize(answered(runs).map(pointOf)));
      if (minima.length === 0) return literatureSubmission(task);
      const { N, law } = extrapolateOptima(minima, task.target, space);
      const frontier = forecastFrontier(minima, task.target);
      const learningRate = learningRateAt(task.target, runs, task);
      return submit({ N, loss: frontier.loss, learningRate, law: `${law}; ${frontier.law}` }, task);
    },
  };
}
