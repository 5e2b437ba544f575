import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { type AnsweredRun, answered, type Run, type Shape } from "../../src/task/configuration.ts";
import { formatFlops } from "../../src/task/quantity.ts";
import type { Query } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";
import { asking } from "./asking.ts";
import { isoflopDesign } from "./isoflop-design.ts";
import { learningRateAt, learningRateProbes, nextLowerRate } from "./learning-rate.ts";
import { chinchillaSize } from "./literature.ts";
import type { Purchase, Purse } from "./purse.ts";
import { modelOfSize, sizesAround } from "./shapes.ts";

/** One more run of a level that has been bought, if there is one worth it. */
export type Refine = (level: readonly AnsweredRun[], flops: number) => Query | undefined;

/**
 * The sweep that the isoFLOP strategies share: learning rates on the middle size of the smallest level, then level by
 * level at the winner. The smallest level lies around √(C/120), each next one around the lowest run below it, grown as
 * √C; below the top one the learning rate is checked once more against the next lower. With `refine`, every level is
 * bought one size short and the size left over is its to choose.
 */
export function* isoflopSweep(purse: Purse, task: Task, refine?: Refine): Purchase {
  const levels = isoflopDesign(task);
  const [first] = levels;
  if (!first) return [];
  let centre = chinchillaSize(first.flops);
  const tuned = modelOfSize(centre, task);
  const why = "learning rate tuned on the smallest level";
  yield* purse.buy(learningRateProbes(task).map((rate) => sizeQuery(tuned, rate, first.flops, task, why)));
  let below = first.flops;
  for (const [i, { flops, count }] of levels.entries()) {
    const learningRate = learningRateAt(flops, purse.runs(), task);
    centre *= Math.sqrt(flops / below);
    const shapes = sizesAround(centre, refine ? count - 1 : count, task);
    const sizes = shapes.map((shape) => sizeQuery(shape, learningRate, flops, task, "one of the level's sizes"));
    const bought = answered(yield* purse.buy(sizes));
    const extra = refine?.(bought, flops);
    if (extra) bought.push(...answered(yield* purse.buy([extra])));
    const lowest = lowestOf(bought);
    if (lowest) centre = nonEmbeddingParameters(lowest);
    below = flops;
    if (lowest && i > 0 && i === levels.length - 2) {
      const lower = nextLowerRate(learningRate, task);
      yield* purse.buy([sizeQuery(lowest, lower, flops, task, "learning rate checked again below the top level")]);
    }
  }
  return [...purse.runs()];
}

/** The question after one size, at the smallest batch. */
export function sizeQuery(shape: Shape, learningRate: number, flops: number, task: Task, why: string): Query {
  const reason = `${shape.numLayers}×${shape.dModel} at ${formatFlops(flops)}: ${why}`;
  return asking(shape, { learningRate, batchSize: Math.min(...task.admissible.batchSizes) }, flops, task, reason);
}

/**
 * The runs a law of size may be fitted to: of each budget those at the learning rate that most of its sizes have. Exactly
 * equal losses at one budget are one row of a table asked twice: the smallest model stands for them.
 */
export function comparable(runs: readonly Run[]): AnsweredRun[] {
  const budgets = Map.groupBy(answered(runs), ({ trainFlops }) => trainFlops);
  return [...budgets.values()].flatMap((level) => {
    const byRate = [...Map.groupBy(level, ({ learningRate }) => learningRate).values()];
    const most = byRate.reduce((best, group) => (group.length > best.length ? group : best));
    const sorted = most.toSorted((a, b) => nonEmbeddingParameters(a) - nonEmbeddingParameters(b));
    return sorted.filter((run, i) => sorted.findIndex(({ loss }) => loss === run.loss) === i);
  });
}

/** The run with the lowest loss; the first of equals. */
export function lowestOf(runs: readonly AnsweredRun[]): AnsweredRun | undefined {
  return runs.length === 0 ? undefined : runs.reduce((best, run) => (run.loss < best.loss ? run : best));
}
