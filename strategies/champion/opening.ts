import type { Shape } from "../../src/task/configuration.ts";
import { formatFlops } from "../../src/task/quantity.ts";
import type { Query } from "../../src/task/strategy.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { asking } from "../moves/asking.ts";
import { askedRates, askedShapes } from "./grid.ts";

/** Opening runs: this share of the cap each. */
const SHARES = [1 / 600, 1 / 200, 1 / 60];
/** Sizes within this factor of √(C/120). */
const REACH = 4;

/** The runs a first fit needs: at each opening budget a middle size at several learning rates, a smaller and a larger one. */
export function openingRuns(task: Task, trainedOnly: boolean): Query[] {
  const budgets = budgetsOf(task);
  const batchSize = Math.min(...task.admissible.batchSizes);
  const rates = askedRates(task, trainedOnly);
  return SHARES.flatMap((share, level) => {
    const C = budgets.findLast((budget) => budget <= share * task.cap) ?? (budgets[0] as number);
    const shapes = askedShapes(C, task, REACH, trainedOnly).filter((shape) => shape.dModel > 64);
    const [small, middle, large] = [0.15, 0.5, 0.85].map((at) => shapes[Math.floor(at * shapes.length)]);
    const why = `opening at ${formatFlops(C)}`;
    const ask = (shape: Shape | undefined, learningRate: number | undefined, reason: string) =>
      shape && learningRate ? [asking(shape, { learningRate, batchSize }, C, task, `${why}: ${reason}`)] : [];
    const usual = rates[Math.floor(rates.length / 2)];
    const tuned = level === 0 ? rates : [rates[0], rates.at(-1)];
    return [
      ...tuned.flatMap((rate) => ask(middle, rate, "learning rates apart")),
      ...ask(small, usual, "a small model"),
      ...ask(large, usual, "a large model"),
    ];
  });
}
