import { answered } from "../../src/task/configuration.ts";
import { formatFlops } from "../../src/task/quantity.ts";
import type { Task } from "../../src/task/task.ts";
import { comparable, lowestOf } from "../reading/comparable.ts";
import type { Purchase, Purse } from "./budget.ts";
import { asking } from "./nearest-query.ts";
import type { Rates } from "./rates.ts";

/** Lower rates tried at most. */
const TIMES = 2;

/** The best size of a level once more at lower and lower learning rates, until one loses. */
export function* checkRate(purse: Purse, task: Task, flops: number, rates: Rates): Purchase {
  const best = lowestOf(comparable(purse.runs()).filter(({ trainFlops }) => trainFlops === flops));
  if (!best) return [];
  let { learningRate, loss } = best;
  for (let i = 0; i < TIMES; i++) {
    learningRate = rates.lower(learningRate, task);
    const reason = `the next lower learning rate at ${formatFlops(flops)}, to see whether the best one moves`;
    const [lower] = answered(yield* purse.buy([asking(best, { ...best, learningRate }, flops, task, reason)]));
    if (!lower || lower.loss >= loss) break;
    loss = lower.loss;
  }
  return [...purse.runs()];
}
