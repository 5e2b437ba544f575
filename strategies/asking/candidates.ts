import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { Shape } from "../../src/task/configuration.ts";
import type { Query } from "../../src/task/strategy.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { chinchillaSize } from "../believing/literature.ts";
import type { Purchase, Purse } from "./budget.ts";
import { checkRate } from "./check-rate.ts";
import { learningRateAt } from "./learning-rate.ts";
import { asking } from "./nearest-query.ts";
import { ON_GRID } from "./rates.ts";
import { customaryShapes, modelOfSize, sizesAround } from "./shapes.ts";

/** Budgets worth a run, as shares of the cap; below them runs are warm-up. */
const BUDGETS = { least: 1 / 300, most: 0.3 };
/** Sizes within this factor of √(C/120). */
const REACH = 3.5;
/** Where a design begins: three sizes at each of these shares of the cap per run. */
const START = [1 / 200, 1 / 33];

/** Every customary size near √(C/120) at every budget worth it that is affordable and new, at the learning rate so far. */
export function candidates(purse: Purse, task: Task): Query[] {
  const batchSize = Math.min(...task.admissible.batchSizes);
  const shapes = customaryShapes(task);
  return budgetsOf(task)
    .filter((C) => C >= BUDGETS.least * task.cap && C <= Math.min(BUDGETS.most * task.cap, purse.left()))
    .flatMap((C) => {
      const recipe = { learningRate: ON_GRID.asked(learningRateAt(C, purse.runs(), task), task), batchSize };
      const centre = chinchillaSize(C);
      const near = shapes.filter(
        (shape) => Math.abs(Math.log(nonEmbeddingParameters(shape) / centre)) < Math.log(REACH),
      );
      const asked = near.length > 2 ? near : sizesAround(centre, 5, task);
      return asked.map((shape) => asking(shape, recipe, C, task, ""));
    })
    .filter((query) => !purse.knows(query));
}

/** The runs a design needs before it can weigh candidates: learning rates, three sizes at two budgets, the rates again at the second. */
export function* openingRuns(purse: Purse, task: Task): Purchase {
  const budgets = budgetsOf(task);
  const batchSize = Math.min(...task.admissible.batchSizes);
  const starts = START.flatMap((share) => budgets.findLast((budget) => budget <= share * task.cap) ?? []);
  for (const [i, C] of starts.entries()) {
    if (i === 0) {
      const middle = modelOfSize(chinchillaSize(C), task);
      const tuning = "learning rate tuned before anything else";
      yield* purse.buy(
        ON_GRID.probes(task).map((learningRate) => asking(middle, { learningRate, batchSize }, C, task, tuning)),
      );
    }
    const opening = "one of the opening runs that make a first fit";
    const ask = (shape: Shape) => {
      const learningRate = ON_GRID.asked(learningRateAt(C, purse.runs(), task), task);
      return asking(shape, { learningRate, batchSize }, C, task, opening);
    };
    if (i > 0) {
      yield* purse.buy([ask(modelOfSize(chinchillaSize(C), task))]);
      yield* checkRate(purse, task, C, ON_GRID);
    }
    yield* purse.buy(sizesAround(chinchillaSize(C), 3, task).map(ask));
  }
  return [...purse.runs()];
}
