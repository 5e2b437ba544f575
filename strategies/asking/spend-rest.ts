import { usualSize } from "../../src/law/usual-training.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { answered, type Run, type RunConfig, type Shape } from "../../src/task/configuration.ts";
import { formatCost } from "../../src/task/quantity.ts";
import type { Query } from "../../src/task/strategy.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { extrapolateSize } from "../believing/target-size.ts";
import { lowestOf } from "../reading/comparable.ts";
import { learningRateAt } from "../reading/learning-rate.ts";
import { levelVertices } from "../reading/optima.ts";
import { batchAt, otherBatches } from "../reading/recipe.ts";
import type { Budget } from "./budget.ts";
import { nearestQuery } from "./nearest-query.ts";
import { sameSize, shapesOffered, sizesAround } from "./shapes.ts";

/** What is left below this share of the cap is not worth another search. */
const WORTH = 0.2;
/** More runs than this, all cheap against the cap, would add little. */
const MOST_RUNS = 40;
/** Sizes bought of a budget before the next lower one is tried. */
const SIZES = 7;

/**
 * Spends what a plan has left, where that is a fifth of the cap or more: sizes around the best one so far and recipes
 * beside its own, at the largest budget that can still be bought, then at lower ones. Returns why it stops if as much is left even then: the note that
 * `queries` ends with.
 */
export function* spendRest(
  budget: Budget,
  task: Task,
): Generator<readonly Query[], string | undefined, readonly Run[]> {
  for (let bought = 0; budget.left() >= WORTH * task.cap; bought++) {
    if (bought === MOST_RUNS) return noteOnRest(budget, task, "the largest runs offered cost too little against it");
    const query = nextRun(budget, task);
    if (!query) return noteOnRest(budget, task, "it buys no run that is new");
    yield* budget.buy([query]);
  }
  return undefined;
}

/** Why a fifth of the cap or more is left; undefined where less is. */
export function noteOnRest(budget: Budget, task: Task, why: string): string | undefined {
  const share = budget.left() / task.cap;
  return share < WORTH ? undefined : `${Math.round(100 * share)} % of the cap is left: ${why}`;
}

/** The best size so far, or the one nearest to it that is new, or its recipe's neighbor, at the largest affordable budget. */
function nextRun(budget: Budget, task: Task): Query | undefined {
  const levels = levelVertices(budget.runs());
  const batchSize = batchAt(budget.runs(), task);
  for (const C of budgetsOf(task).toReversed()) {
    if (C > budget.left()) continue;
    const center = levels.length > 0 ? Math.exp(extrapolateSize(levels, C, task).logN) : usualSize(C, task);
    const recipe = { batchSize, learningRate: learningRateAt(C, budget.runs(), task) };
    const distance = (shape: Shape) => Math.abs(Math.log(nonEmbeddingParameters(shape) / center));
    const shapes = (shapesOffered(C, task) ?? sizesAround(center, SIZES, task)).toSorted(
      (a, b) => distance(a) - distance(b),
    );
    const reason = `${formatCost(C, task)}: near the best size so far, since much of the cap is left`;
    const queries = shapes.map((shape) => nearestQuery(shape, recipe, C, task, reason));
    const fresh = [...queries, ...recipeQueries(C, budget, task)].find((query) => !budget.has(query));
    if (fresh) return fresh;
  }
  return undefined;
}

/** The best run of a budget at other learning rates and batches, the nearest first. */
function recipeQueries(C: number, budget: Budget, task: Task): Query[] {
  const best = lowestOf(answered(budget.runs()).filter(({ trainFlops }) => trainFlops === C));
  if (!best) return [];
  const { learningRate: rate, batchSize } = best;
  const reason = `${formatCost(C, task)}: the recipe beside the best so far, since much of the cap is left`;
  if (task.candidates) {
    const distance = (row: RunConfig) =>
      Math.abs(Math.log(row.learningRate / rate)) + Math.abs(Math.log(row.batchSize / batchSize));
    return task.candidates
      .filter((row) => row.trainFlops === C && sameSize(row, best))
      .toSorted((a, b) => distance(a) - distance(b))
      .map((row) => ({ ...row, reason }));
  }
  const recipes = [
    ...[rate / 2, rate * 2].map((learningRate) => ({ learningRate, batchSize })),
    ...otherBatches(batchSize, task).map((other) => ({ learningRate: rate, batchSize: other })),
  ];
  return recipes.map((recipe) => nearestQuery(best, recipe, C, task, reason));
}
