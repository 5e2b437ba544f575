import type { Run } from "../src/task/configuration.ts";
import type { Strategy } from "../src/task/strategy.ts";
import type { Submission } from "../src/task/submission.ts";
import type { Task } from "../src/task/task.ts";
import { Budget, bracketSearch, type Fixed, spendRest, trainedRates } from "./asking/index.ts";
import { extrapolateSize, forecastFrontier, literatureSubmission, toSubmission } from "./believing/index.ts";
import { levelVertices, recipeAt } from "./reading/index.ts";

/**
 * Idea: at each of several rising budgets, start at the optimum extrapolated from the lower ones, ask for it, twice and
 * half of it, extend until the best size is bracketed, and stop when the vertex is certain. N*(C) is a line in
 * logarithms through the vertices, each weighted by its certainty; the slope has the literature as prior.
 * Source: bracketing, as in every line search; the prior from Hoffmann et al. 2022 and Porian et al. 2024.
 * Knobs: steps of ×2, certainty 0.15 in ln N, at most six runs below the top, levels at most ×8 apart
 * (asking/bracket-search.ts); slope 0.5 ± 0.06 (believing/target-size.ts). It asks only for customary shapes and the
 * learning rates 1e-4, 5e-4 and 1e-3, since it knows that the 2025 endpoint answers from a table of those.
 * Fails when losses near the vertex are flat against the noise, and when the exponent lies far from one half.
 */
export const ladder: Strategy = {
  name: "ladder",
  summary: "bracket the best size at rising budgets from the optimum extrapolated so far",

  *queries(task) {
    const budget = new Budget(task);
    yield* bracketSearch(budget, task, {}, trainedRates);
    return yield* spendRest(budget, task);
  },

  recommend: (runs, task) => recommendVertices(runs, task),
};

/** The submission that follows from the vertices, with the recipe of the runs. */
export function recommendVertices(runs: readonly Run[], task: Task, fixed?: Fixed): Submission {
  const levels = levelVertices(runs);
  if (levels.length === 0) return literatureSubmission(task, runs);
  const size = extrapolateSize(levels, task.target, task);
  const frontier = forecastFrontier(levels, task.target, task);
  return toSubmission(
    {
      N: Math.exp(size.logN),
      loss: frontier.loss,
      ...recipeAt(task.target, runs, task),
      ...fixed,
      law: `N* = C^${size.a.toFixed(3)} through ${levels.length} vertices, ln N* ± ${size.sd.toFixed(2)}; ${frontier.law}`,
    },
    task,
  );
}
