import { usualSize } from "../../src/law/usual-training.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { Shape } from "../../src/task/configuration.ts";
import type { Query } from "../../src/task/strategy.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { learningRateAt } from "../reading/learning-rate.ts";
import { batchAt } from "../reading/recipe.ts";
import type { Budget, Purchase } from "./budget.ts";
import { nearestQuery } from "./nearest-query.ts";
import { checkLowerRates, compareBatches, probingReason, trainedRates } from "./rates.ts";
import { customaryShapes, modelOfSize, shapesOffered, sizesAround } from "./shapes.ts";

/** FLOPs of a candidate run, as shares of the cap; a cheaper run is mostly warm-up. */
const COSTS = { least: 1 / 300, most: 0.3 };
/** Candidate sizes lie within this factor of √(C/120). */
const SIZE_FACTOR = 3.5;
/** The opening buys three sizes at each of these shares of the cap per run. */
const OPENING = [1 / 200, 1 / 33];

/** Every affordable, new run: sizes near √(C/120) at every budget, at the best recipe so far. */
export function sizeCandidates(budget: Budget, task: Task): Query[] {
  const batchSize = batchAt(budget.runs(), task);
  return offeredBudgets(budget, task)
    .flatMap((C) => {
      const recipe = { learningRate: trainedRates.nearest(learningRateAt(C, budget.runs(), task), task), batchSize };
      return candidateShapes(C, task).map((shape) => nearestQuery(shape, recipe, C, task, ""));
    })
    .filter((query) => !budget.has(query));
}

/** The affordable budgets that are neither too cheap nor too expensive against the cap; all of them where none is. */
function offeredBudgets(budget: Budget, task: Task): readonly number[] {
  const affordable = budgetsOf(task).filter((C) => C <= budget.left());
  // Where the cap is far above the most expensive run, no run counts as too cheap.
  const whole = Math.min(task.cap, Math.max(...budgetsOf(task)) / COSTS.most);
  const within = affordable.filter((C) => C >= COSTS.least * whole && C <= COSTS.most * task.cap);
  return within.length > 0 ? within : affordable;
}

function candidateShapes(C: number, task: Task): readonly Shape[] {
  const center = usualSize(C, task);
  const offered = shapesOffered(C, task);
  const near = (offered ?? customaryShapes(task)).filter(
    (shape) => Math.abs(Math.log(nonEmbeddingParameters(shape) / center)) < Math.log(SIZE_FACTOR),
  );
  return near.length > 2 ? near : (offered ?? sizesAround(center, 5, task));
}

/** Buys what a first fit needs: learning rates, three sizes at two budgets, and lower rates at the second budget. */
export function* buyOpeningRuns(budget: Budget, task: Task): Purchase {
  const budgets = budgetsOf(task);
  const starts = OPENING.flatMap((share) => budgets.findLast((cost) => cost <= share * task.cap) ?? []);
  for (const [i, C] of starts.entries()) {
    if (i === 0) {
      const middle = modelOfSize(usualSize(C, task), task);
      const tuning = probingReason(trainedRates, task, "learning rates compared first");
      const usual = batchAt(budget.runs(), task);
      yield* budget.buy(
        trainedRates
          .probes(task)
          .map((learningRate) => nearestQuery(middle, { learningRate, batchSize: usual }, C, task, tuning)),
      );
      yield* compareBatches(budget, task, middle, C, trainedRates);
    }
    const opening = "an opening run for the first fit";
    const ask = (shape: Shape) => {
      const learningRate = trainedRates.nearest(learningRateAt(C, budget.runs(), task), task);
      return nearestQuery(shape, { learningRate, batchSize: batchAt(budget.runs(), task) }, C, task, opening);
    };
    if (i > 0) {
      yield* budget.buy([ask(modelOfSize(usualSize(C, task), task))]);
      yield* checkLowerRates(budget, task, C, trainedRates);
    }
    yield* budget.buy(sizesAround(usualSize(C, task), 3, task).map(ask));
  }
  return [...budget.runs()];
}
