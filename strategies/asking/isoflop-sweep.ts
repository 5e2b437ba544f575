import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { type AnsweredRun, answered, type Shape } from "../../src/task/configuration.ts";
import { formatFlops } from "../../src/task/quantity.ts";
import type { Query } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";
import { chinchillaSize } from "../believing/literature.ts";
import { lowestOf } from "../reading/comparable.ts";
import type { Purchase, Purse } from "./budget.ts";
import { checkRate } from "./check-rate.ts";
import { isoflopDesign } from "./isoflop-design.ts";
import { learningRateAt } from "./learning-rate.ts";
import { asking } from "./nearest-query.ts";
import { EVEN } from "./rates.ts";
import { modelOfSize, sizesAround } from "./shapes.ts";

/** One more run of a level that has been bought, if there is one worth it. */
export type Refine = (level: readonly AnsweredRun[], flops: number) => Query | undefined;

/**
 * The sweep that the isoFLOP strategies share: learning rates on the middle size of the smallest level, then level by
 * level at the winner. The smallest level lies around √(C/120), each next one around the lowest run below it, grown as
 * √C; on the level below the top one the learning rate is
 * checked once more, on its middle size. With `refine`, every level is
 * bought one size short and the size left over is its to choose.
 */
export function* isoflopSweep(purse: Purse, task: Task, refine?: Refine): Purchase {
  const levels = isoflopDesign(task);
  const [first] = levels;
  if (!first) return [];
  let centre = chinchillaSize(first.flops);
  const tuned = modelOfSize(centre, task);
  const why = "learning rate tuned on the smallest level";
  yield* purse.buy(EVEN.probes(task).map((rate) => sizeQuery(tuned, rate, first.flops, task, why)));
  let below = first.flops;
  for (const [i, { flops, count }] of levels.entries()) {
    const ask = (shape: Shape) =>
      sizeQuery(shape, learningRateAt(flops, purse.runs(), task), flops, task, "one of the level's sizes");
    centre *= Math.sqrt(flops / below);
    const shapes = innermostFirst(sizesAround(centre, refine ? count - 1 : count, task), centre);
    if (i > 0 && i === levels.length - 2) {
      yield* purse.buy(shapes.slice(0, 1).map(ask));
      yield* checkRate(purse, task, flops, EVEN);
    }
    const bought = answered(yield* purse.buy(shapes.map(ask)));
    const extra = refine?.(bought, flops);
    if (extra) bought.push(...answered(yield* purse.buy([extra])));
    const lowest = lowestOf(bought);
    if (lowest) centre = nonEmbeddingParameters(lowest);
    below = flops;
  }
  return [...purse.runs()];
}

/** The question after one size, at the smallest batch. */
export function sizeQuery(shape: Shape, learningRate: number, flops: number, task: Task, why: string): Query {
  const reason = `${shape.numLayers}×${shape.dModel} at ${formatFlops(flops)}: ${why}`;
  return asking(shape, { learningRate, batchSize: Math.min(...task.admissible.batchSizes) }, flops, task, reason);
}

/** So that a cap that ends a level early leaves out its rims. */
function innermostFirst(shapes: readonly Shape[], centre: number): Shape[] {
  const distance = (shape: Shape) => Math.abs(Math.log(nonEmbeddingParameters(shape) / centre));
  return shapes.toSorted((a, b) => distance(a) - distance(b));
}
