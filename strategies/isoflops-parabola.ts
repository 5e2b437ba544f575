import { minimumPerBudget } from "../src/fit/methods/minimum.ts";
import { parabola } from "../src/fit/methods/parabola.ts";
import { nonEmbeddingParameters } from "../src/task/accounting.ts";
import type { AnsweredRun, Shape } from "../src/task/configuration.ts";
import { bestPerSize, pointOf } from "../src/task/run-point.ts";
import type { Strategy } from "../src/task/strategy.ts";
import type { Task } from "../src/task/task.ts";
import { Budget, isoflopSweep, modelOfSize, sizeQuery, spendRest } from "./asking/index.ts";
import { forecastFrontier, literatureSubmission, toSubmission } from "./believing/index.ts";
import { comparable, extrapolateOptima, recipeAt } from "./reading/index.ts";

/** A level whose lowest run is at its edge is widened by this factor in N. */
const WIDENING = 2;

/**
 * Idea: the same sweep, with a rule for the edge (the last run of a level goes beyond its smallest or largest size when
 * that is the lowest, else beside the lowest); a parabola in ln N per level; a power law in log space through the
 * vertices.
 * Source: Hoffmann et al. 2022, approach 2. Knobs: how far a level is widened (×2).
 * Fails, by a bias that no noise explains, when the sizes are off-center or alpha ≠ beta (Czech et al. 2026); a level
 * whose parabola opens downward or has its vertex outside counts with its lowest run.
 */
export const isoflopsParabola: Strategy = {
  name: "isoflops-parabola",
  summary: "a parabola in ln N per budget, widened at the edge, power law through the vertices (approach 2)",

  *queries(task) {
    const budget = new Budget(task);
    yield* isoflopSweep(budget, task, (level, flops) => {
      const more = oneMoreSize(level, task);
      return more && sizeQuery(more.shape, (level[0] as AnsweredRun).learningRate, flops, budget, task, more.why);
    });
    return yield* spendRest(budget, task);
  },

  recommend(runs, task) {
    const points = bestPerSize(comparable(runs).map(pointOf));
    const { minima } = minimumPerBudget(points);
    if (minima.length === 0) return literatureSubmission(task, runs);
    const vertices = parabola.fit(points, { window: Number.POSITIVE_INFINITY }).points;
    const optima = minima.map((lowest) => {
      const vertex = vertices.find(({ C }) => C === lowest.C);
      return { C: lowest.C, N: vertex?.N ?? lowest.N, loss: vertex?.loss ?? lowest.loss };
    });
    const { N, law } = extrapolateOptima(optima, task.target, "log");
    const frontier = forecastFrontier(optima, task.target, task);
    return toSubmission(
      { N, loss: frontier.loss, ...recipeAt(task.target, runs, task), law: `${law}; ${frontier.law}` },
      task,
    );
  },
};

/** One more size: beyond the edge where the lowest run is the smallest or largest, else in the wider gap beside it. */
function oneMoreSize(level: readonly AnsweredRun[], task: Task): { shape: Shape; why: string } | undefined {
  const sorted = level.toSorted((a, b) => nonEmbeddingParameters(a) - nonEmbeddingParameters(b));
  const sizes = sorted.map(nonEmbeddingParameters);
  const best = sorted.findIndex(({ loss }) => loss === Math.min(...sorted.map((run) => run.loss)));
  const lowest = sizes[best];
  if (lowest === undefined) return undefined;
  const [smaller, larger] = [sizes[best - 1], sizes[best + 1]];
  const beyond = "beyond the edge of the level, where its lowest run lies";
  if (larger === undefined) return { shape: modelOfSize(lowest * WIDENING, task, level), why: beyond };
  if (smaller === undefined) return { shape: modelOfSize(lowest / WIDENING, task, level), why: beyond };
  const neighbor = lowest / smaller > larger / lowest ? smaller : larger;
  return {
    shape: modelOfSize(Math.sqrt(lowest * neighbor), task, level),
    why: "in the wider gap beside the lowest run",
  };
}
