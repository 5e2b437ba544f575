import { usualSize } from "../../src/law/usual-training.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { type AnsweredRun, answered, type Shape } from "../../src/task/configuration.ts";
import { formatCost } from "../../src/task/quantity.ts";
import type { Query } from "../../src/task/strategy.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { lowestOf } from "../reading/comparable.ts";
import { learningRateAt } from "../reading/learning-rate.ts";
import { batchAt } from "../reading/recipe.ts";
import type { Budget, Purchase } from "./budget.ts";
import { nearestQuery } from "./nearest-query.ts";
import { anyRate, checkLowerRates, compareBatches, probingReason } from "./rates.ts";
import { modelOfSize, sizesAround } from "./shapes.ts";

/** One level of an isoFLOP sweep: models of several sizes, each trained with the same FLOPs. */
export interface Level {
  /** FLOPs of each run. */
  readonly flops: number;
  /** How many sizes the level's share of the cap buys. */
  readonly count: number;
}

/** Share of the cap that each level may take, top level first; the rest tunes and checks the learning rate. */
const SHARES = [0.6, 0.2, 0.08, 0.04];
const MOST_SIZES = 7;
/** Fewer sizes than three cannot show a minimum between them. */
const FEWEST_SIZES = 3;
/** A level costs at most the next one divided by this, per run. */
const SPACING = 2.5;

/**
 * The levels of a sweep, ascending, a factor of about three apart. The top one is the largest budget of which its share
 * of the cap buys `sizesAtTop` runs. Empty where the cap does not buy enough runs of any budget.
 */
export function isoflopLevels(task: Task, sizesAtTop = 4): Level[] {
  const budgets = budgetsOf(task);
  const levels: Level[] = [];
  let ceiling = Number.POSITIVE_INFINITY;
  for (const share of SHARES) {
    const available = share * task.cap * (1 + 1e-9);
    const least = levels.length === 0 ? sizesAtTop : FEWEST_SIZES;
    const flops = budgets.findLast((cost) => cost <= ceiling && cost * least <= available);
    if (flops === undefined) break;
    levels.push({ flops, count: Math.min(MOST_SIZES, Math.floor(available / flops)) });
    ceiling = flops / SPACING;
  }
  return levels.reverse();
}

/** One more run for a level that has been bought, if one is worth its cost. */
export type Refine = (level: readonly AnsweredRun[], flops: number) => Query | undefined;

/**
 * The sweep that the isoFLOP strategies share. It compares learning rates on the middle size of the smallest level,
 * then buys level by level at the best rate. The smallest level is centered on √(C/120), each next one on the lowest
 * run of the level below, grown as √C. On the level below the top one it checks lower rates on the middle size. With
 * `refine`, every level is bought one size short, and `refine` chooses the last one.
 */
export function* isoflopSweep(budget: Budget, task: Task, refine?: Refine): Purchase {
  const levels = isoflopLevels(task);
  const [first] = levels;
  if (!first) return [];
  let center = usualSize(first.flops, task);
  const tuned = modelOfSize(center, task);
  const why = probingReason(anyRate, task, "learning rates compared on the smallest level");
  yield* budget.buy(anyRate.probes(task).map((rate) => sizeQuery(tuned, rate, first.flops, budget, task, why)));
  yield* compareBatches(budget, task, tuned, first.flops, anyRate);
  let below = first.flops;
  for (const [i, { flops, count }] of levels.entries()) {
    const ask = (shape: Shape) =>
      sizeQuery(shape, learningRateAt(flops, budget.runs(), task), flops, budget, task, "one of the level's sizes");
    center *= Math.sqrt(flops / below);
    const shapes = innermostFirst(sizesAround(center, refine ? count - 1 : count, task), center);
    if (i > 0 && i === levels.length - 2) {
      yield* budget.buy(shapes.slice(0, 1).map(ask));
      yield* checkLowerRates(budget, task, flops, anyRate);
    }
    const bought = answered(yield* budget.buy(shapes.map(ask)));
    const extra = refine?.(bought, flops);
    if (extra) bought.push(...answered(yield* budget.buy([extra])));
    const lowest = lowestOf(bought);
    if (lowest) center = nonEmbeddingParameters(lowest);
    below = flops;
  }
  return [...budget.runs()];
}

/** The query for one size, at the best batch so far. */
export function sizeQuery(
  shape: Shape,
  learningRate: number,
  flops: number,
  budget: Budget,
  task: Task,
  why: string,
): Query {
  const reason = `${shape.numLayers}×${shape.dModel} at ${formatCost(flops, task)}: ${why}`;
  return nearestQuery(shape, { learningRate, batchSize: batchAt(budget.runs(), task) }, flops, task, reason);
}

/** Innermost sizes first, so that a level that the cap cuts short misses only its outermost sizes. */
function innermostFirst(shapes: readonly Shape[], center: number): Shape[] {
  const distance = (shape: Shape) => Math.abs(Math.log(nonEmbeddingParameters(shape) / center));
  return shapes.toSorted((a, b) => distance(a) - distance(b));
}
