import type { Query } from "../../src/task/strategy.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import type { Purse } from "../asking/budget.ts";
import { asking } from "../asking/nearest-query.ts";
import { askedRates, askedShapes } from "./grid.ts";

/** Budgets worth a run, as shares of the cap. */
const BUDGETS = { least: 1 / 700, most: 0.31 };
/** Sizes asked lie within this factor of √(C/120). */
const REACH = 6;

/** What may be bought next: sizes and learning rates at every budget worth it; of a finished table its rows. */
export function offers(wallet: Purse, task: Task, trainedOnly: boolean): Query[] {
  const { least, most } = BUDGETS;
  // A cap far above the dearest run on sale makes no run too cheap.
  const whole = Math.min(task.cap, Math.max(...budgetsOf(task)) / most);
  const worthIt = (C: number) => C >= least * whole && C <= Math.min(most * task.cap, wallet.left());
  const rows = task.candidates?.filter(({ trainFlops }) => worthIt(trainFlops));
  const all = rows ? rows.map((row) => ({ ...row, reason: "" })) : grid(task, worthIt, trainedOnly);
  return all.filter((query) => !wallet.knows(query));
}

function grid(task: Task, worthIt: (C: number) => boolean, trainedOnly: boolean): Query[] {
  const batchSize = Math.min(...task.admissible.batchSizes);
  const rates = askedRates(task, trainedOnly);
  return budgetsOf(task)
    .filter(worthIt)
    .flatMap((C) =>
      askedShapes(C, task, REACH, trainedOnly).flatMap((shape) =>
        rates.map((learningRate) => asking(shape, { learningRate, batchSize }, C, task, "")),
      ),
    );
}
