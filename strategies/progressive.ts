import { usualSize } from "../src/law/usual-training.ts";
import { answered, type Run, type Shape } from "../src/task/configuration.ts";
import { formatFlops } from "../src/task/quantity.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import { anyRate, Budget, checkLowerRates, modelOfSize, nearestQuery, sizesAround, spendRest } from "./asking/index.ts";
import {
  allocate,
  describeLaw,
  fitChinchillaWithPriors,
  literatureSubmission,
  toSubmission,
} from "./believing/index.ts";
import { batchAt, comparable, recipeAt } from "./reading/index.ts";

/** Two starting budgets, as shares of the cap per run, with three sizes each. */
const START = [1 / 600, 1 / 200];
/** Each step costs at least this many times the one before. */
const GROWTH = 2;
/** Lower learning rates are checked after this step. */
const CHECKED = 1;
/** A step costs at least this share of the cap. */
const LEAST = 1 / 100;

/**
 * Idea: fit L = E + A/N^alpha + B/D^beta to a few cheap runs, buy the predicted optimum at twice the compute, refit,
 * and so on up to the largest affordable budget; the rest goes to sizes beside the optimum.
 * Source: the progressive scheme of kyo-takano's chinchilla toolkit. Knobs: growth per step (×2), the starting budgets
 * (cap/600 and cap/200, three sizes each).
 * Fails because runs at the optimum say little about sizes beside it: after misleading first runs nothing brackets the
 * optimum, and the priors on floor and exponents decide.
 */
export const progressive: Strategy = {
  name: "progressive",
  summary: "fit, buy the predicted optimum at twice the compute, refit",
  flopsOnly: true,

  *queries(task) {
    const budget = new Budget(task);
    const budgets = budgetsOf(task);
    const starts = START.flatMap((share) => budgets.findLast((cost) => cost <= share * task.cap) ?? []);
    for (const flops of starts) yield* budget.buy(startingQueries(flops, flops === starts.at(-1), budget, task));
    let flops = starts.at(-1) ?? (budgets[0] as number) / GROWTH;
    for (let step = 0; ; step++) {
      const affordable = budgets.filter((cost) => cost <= budget.left() && cost >= LEAST * task.cap);
      const C = affordable.find((cost) => cost >= GROWTH * flops) ?? affordable.at(-1);
      if (C === undefined) break;
      const taken = answered(budget.runs()).filter(({ trainFlops }) => trainFlops === C);
      const shape = modelOfSize(optimumAt(C, budget.runs(), task), task, taken);
      const recipe = recipeAt(C, budget.runs(), task);
      const query = nearestQuery(
        shape,
        recipe,
        C,
        task,
        `predicted optimum at ${formatFlops(C)} after ${budget.runs().length} runs`,
      );
      if (budget.has(query)) break;
      yield* budget.buy([query]);
      if (step === CHECKED) yield* checkLowerRates(budget, task, C, anyRate);
      flops = Math.max(C, flops);
    }
    return yield* spendRest(budget, task);
  },

  recommend(runs, task) {
    const law = fitChinchillaWithPriors(comparable(runs));
    if (!law) return literatureSubmission(task, runs);
    return toSubmission(
      { ...allocate(law, task.target), ...recipeAt(task.target, runs, task), law: describeLaw(law) },
      task,
    );
  },
};

/** Three sizes at a starting budget, at the larger one the middle size at every learning rate. */
function startingQueries(flops: number, tuning: boolean, budget: Budget, task: Task) {
  const batchSize = batchAt(budget.runs(), task);
  const shapes = sizesAround(usualSize(flops, task), 3, task);
  const middle = shapes[Math.floor(shapes.length / 2)] as Shape;
  const reason = `a starting point at ${formatFlops(flops)}`;
  const rates = tuning ? anyRate.probes(task) : [];
  return [
    ...rates.map((learningRate) =>
      nearestQuery(middle, { learningRate, batchSize }, flops, task, `${reason}, to tune the learning rate`),
    ),
    ...shapes.map((shape) => nearestQuery(shape, recipeAt(flops, budget.runs(), task), flops, task, reason)),
  ];
}

function optimumAt(flops: number, runs: readonly Run[], task: Task): number {
  const law = fitChinchillaWithPriors(comparable(runs));
  return law ? allocate(law, flops).N : usualSize(flops, task);
}
