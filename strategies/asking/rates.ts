import { TRAINED_GRID } from "../../src/law/stanford-2025.ts";
import { answered, type Shape } from "../../src/task/configuration.ts";
import { formatCost } from "../../src/task/quantity.ts";
import { accepts } from "../../src/task/search-space.ts";
import type { Task } from "../../src/task/task.ts";
import { comparable, lowestOf } from "../reading/comparable.ts";
import { learningRateAt } from "../reading/learning-rate.ts";
import { batchAt, batchesToCompare } from "../reading/recipe.ts";
import type { Budget, Purchase } from "./budget.ts";
import { nearestQuery } from "./nearest-query.ts";

/** Which learning rates a strategy asks for. */
export interface Rates {
  /** Rates to compare, ascending; the lowest and the highest that the task allows are among them. */
  readonly probes: (task: Task) => readonly number[];
  /** The rate to ask for in place of the one wanted. */
  readonly nearest: (wanted: number, task: Task) => number;
  /** The next lower rate to compare; the rate itself where there is none. */
  readonly lower: (rate: number, task: Task) => number;
}

/** Rates probed where any rate may be asked for, evenly spaced in ln η. */
const PROBES = 4;
/**
 * Rates of the 2025 API's training runs; it answers every other rate with the next lower of these (docs/surface.md).
 */
const TRAINED = TRAINED_GRID.learningRate;
/** Lower rates that one check tries at most. */
const MOST_CHECKS = 2;

/** Any rate that the task allows: for strategies that assume nothing about the endpoint. */
export const anyRate: Rates = {
  probes({ searchSpace: { learningRate } }) {
    if (learningRate.kind === "choice") {
      const sorted = learningRate.values.toSorted((a, b) => a - b);
      const picked = Array.from({ length: PROBES }, (_, i) => Math.round((i * (sorted.length - 1)) / (PROBES - 1)));
      return [...new Set(picked)].map((index) => sorted[index] as number);
    }
    const { minimum, maximum } = learningRate;
    const step = Math.log(maximum / minimum) / (PROBES - 1);
    const inside = Array.from({ length: PROBES - 1 }, (_, i) => minimum * Math.exp(i * step));
    return [...new Set([...inside, maximum])];
  },
  nearest: (wanted) => wanted,
  lower(rate, { searchSpace: { learningRate } }) {
    if (learningRate.kind === "choice")
      return Math.max(...learningRate.values.filter((value) => value < rate), 0) || rate;
    const { minimum, maximum } = learningRate;
    return Math.max(minimum, rate * Math.exp(-Math.log(maximum / minimum) / (PROBES - 1)));
  },
};

/** Only the rates that the 2025 API was trained at; any rate where the task does not allow all of them. */
export const trainedRates: Rates = {
  probes: (task) => (allowsTrained(task) ? TRAINED : anyRate.probes(task)),
  nearest(wanted, task) {
    if (!allowsTrained(task)) return wanted;
    const distance = (rate: number) => Math.abs(Math.log(rate / wanted));
    return TRAINED.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best));
  },
  lower: (rate, task) =>
    allowsTrained(task) ? (TRAINED.findLast((value) => value < rate) ?? rate) : anyRate.lower(rate, task),
};

function allowsTrained({ searchSpace }: Task): boolean {
  return TRAINED.every((rate) => accepts(searchSpace.learningRate, rate));
}

/** Buys the best size of a level again at lower and lower learning rates, until the loss no longer falls. */
export function* checkLowerRates(budget: Budget, task: Task, flops: number, rates: Rates): Purchase {
  const best = lowestOf(comparable(budget.runs()).filter(({ trainFlops }) => trainFlops === flops));
  if (!best) return [];
  let { learningRate, loss } = best;
  for (let i = 0; i < MOST_CHECKS; i++) {
    learningRate = rates.lower(learningRate, task);
    const reason = `the next lower learning rate at ${formatCost(flops, task)}, in case the best rate has moved`;
    const [lower] = answered(yield* budget.buy([nearestQuery(best, { ...best, learningRate }, flops, task, reason)]));
    if (!lower || lower.loss >= loss) break;
    loss = lower.loss;
  }
  return [...budget.runs()];
}

/** Why rates are probed; where the task offers only one, there is nothing to compare. */
export function probingReason(rates: Rates, task: Task, why: string): string {
  return rates.probes(task).length > 1 ? why : "a size in the middle";
}

/** Buys one shape again at the batches beside the usual one, at the best rate so far; nothing where only one is offered. */
export function* compareBatches(budget: Budget, task: Task, shape: Shape, flops: number, rates: Rates): Purchase {
  const usual = batchAt(budget.runs(), task);
  const others = batchesToCompare(usual, task);
  if (others.length === 0) return [];
  const learningRate = rates.nearest(learningRateAt(flops, budget.runs(), task), task);
  const reason = `batches compared at ${formatCost(flops, task)}`;
  return yield* budget.buy(
    [usual, ...others].map((batchSize) => nearestQuery(shape, { learningRate, batchSize }, flops, task, reason)),
  );
}
