import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig, Shape } from "../../src/task/configuration.ts";
import { formatFlops } from "../../src/task/quantity.ts";
import type { Query } from "../../src/task/strategy.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { asking } from "../asking/nearest-query.ts";
import { askedRates, askedShapes } from "./grid.ts";

/** Opening runs: this share of the cap each. */
const SHARES = [1 / 600, 1 / 200, 1 / 60];
/** Sizes within this factor of √(C/120). */
const REACH = 4;
/** A width that tells little of wider ones, where those are on sale. */
const NARROWEST = 64;
/** Of a finished table: so many rows, from among the cheapest. */
const ROWS = { bought: 12, among: 24 };

/** The runs a first fit needs: at each opening budget a middle size at several learning rates, a smaller and a larger one. */
export function openingRuns(task: Task, trainedOnly: boolean): Query[] {
  if (task.candidates) return openingRows(task.candidates);
  const budgets = budgetsOf(task);
  const batchSize = Math.min(...task.admissible.batchSizes);
  const rates = askedRates(task, trainedOnly);
  return SHARES.flatMap((share, level) => {
    const C = budgets.findLast((budget) => budget <= share * task.cap) ?? (budgets[0] as number);
    const near = askedShapes(C, task, REACH, trainedOnly);
    const wide = near.filter((shape) => shape.dModel > NARROWEST);
    const shapes = wide.length > 0 ? wide : near;
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

/** Rows spread in size over the cheapest of a finished table. */
function openingRows(rows: readonly RunConfig[]): Query[] {
  const cheapest = rows.toSorted((a, b) => a.trainFlops - b.trainFlops).slice(0, ROWS.among);
  const bySize = cheapest.toSorted((a, b) => nonEmbeddingParameters(a) - nonEmbeddingParameters(b));
  const step = Math.max(1, (bySize.length - 1) / (ROWS.bought - 1));
  return Array.from({ length: Math.min(ROWS.bought, bySize.length) }, (_, i) => ({
    ...(bySize[Math.round(i * step)] as RunConfig),
    reason: "opening: one of the cheapest rows of the table, spread in size",
  }));
}
