import type { Run } from "../src/task/configuration.ts";
import type { Strategy } from "../src/task/strategy.ts";
import type { Submission } from "../src/task/submission.ts";
import type { Task } from "../src/task/task.ts";
import { purse } from "./asking/budget.ts";
import { climb, type Fixed, vertices } from "./asking/climb.ts";
import { learningRateAt } from "./asking/learning-rate.ts";
import { ON_GRID } from "./asking/rates.ts";
import { extrapolateSize } from "./believing/allocation-prior.ts";
import { literatureSubmission } from "./believing/literature.ts";
import { submit } from "./believing/submit.ts";
import { forecastFrontier } from "./reading/frontier.ts";

/**
 * Idea: climb. At each budget start at the optimum extrapolated from below, ask it and twice and half of it, extend until
 * the best is bracketed, stop when the vertex is certain; go up so far that three points still fit. N*(C) is a line in
 * logarithms through the vertices, each weighed by its certainty, its slope with the literature as prior.
 * Source: bracketing, as in every line search; the prior from Hoffmann et al. 2022 and Porian et al. 2024.
 * Knobs: steps of ×2, certainty 0.15 in ln N, at most six runs below the top, levels at most ×8 apart (moves/climb.ts);
 * slope 0.5 ± 0.06 (moves/allocation-prior.ts). Asks customary shapes and the learning rates
 * 1e-4, 5e-4 and 1e-3 only: knowledge of the 2025 endpoint, which answers from a table of them.
 * Fails when losses near the vertex are flat against the noise, and when the exponent lies far from one half.
 */
export const ladder: Strategy = {
  name: "ladder",
  summary: "bracket the best size at rising budgets from the optimum extrapolated so far",

  *queries(task) {
    yield* climb(purse(task), task, { batchSize: Math.min(...task.admissible.batchSizes) }, ON_GRID);
  },

  recommend: (runs, task) => recommendVertices(runs, task),
};

/** What the vertices say of the target, trained as the runs were. */
export function recommendVertices(runs: readonly Run[], task: Task, fixed?: Fixed): Submission {
  const levels = vertices(runs);
  if (levels.length === 0) return literatureSubmission(task);
  const size = extrapolateSize(levels, task.target);
  const frontier = forecastFrontier(levels, task.target);
  return submit(
    {
      N: Math.exp(size.logN),
      loss: frontier.loss,
      learningRate: learningRateAt(task.target, runs, task),
      ...fixed,
      law: `N* = C^${size.a.toFixed(3)} through ${levels.length} vertices, ln N* ± ${size.sd.toFixed(2)}; ${frontier.law}`,
    },
    task,
  );
}
