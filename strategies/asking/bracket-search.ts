import { usualSize } from "../../src/law/usual-training.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { type AnsweredRun, answered, type Run, type Shape } from "../../src/task/configuration.ts";
import { formatCost } from "../../src/task/quantity.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { extrapolateSize } from "../believing/target-size.ts";
import { lowestOf } from "../reading/comparable.ts";
import { learningRateAt, tunedRate } from "../reading/learning-rate.ts";
import { levelVertices, vertexOf } from "../reading/optima.ts";
import { batchAt } from "../reading/recipe.ts";
import type { Budget, Purchase } from "./budget.ts";
import { nearestQuery, type Recipe } from "./nearest-query.ts";
import { checkLowerRates, compareBatches, probingReason, type Rates } from "./rates.ts";
import { modelOfSize } from "./shapes.ts";

/** What stays the same while the sizes are searched. */
export interface Fixed {
  /** The best so far when absent. */
  readonly batchSize?: number;
  /** d/L of the shapes; the customary one when absent. */
  readonly aspectRatio?: number;
}

/** The first level costs this share of the cap per run; a level below the top buys at most so many runs. */
const FIRST_LEVEL = 1 / 200;
const MOST_RUNS = 6;
/** A level costs at most this many times the one below it, per run. */
const HIGHEST_STEP = 8;
/** A level is done when the standard deviation of its vertex in ln N is below this. */
const CERTAIN = 0.15;

/**
 * A bracketed search for the best size at rising budgets. Each level tries the extrapolated optimum, twice and half of
 * it, then larger or smaller sizes until the lowest run is bracketed, then sizes beside the vertex until it is certain.
 * The next level is the highest that leaves money for three runs. Learning rates are compared on the first level unless
 * they were before, and lower ones checked on the second. The top level takes what is left.
 */
export function* bracketSearch(budget: Budget, task: Task, fixed: Fixed, rates: Rates): Purchase {
  const budgets = budgetsOf(task);
  let flops = budgets.findLast((cost) => cost <= FIRST_LEVEL * task.cap) ?? budgets[0];
  let level = 0;
  while (flops !== undefined && flops <= budget.left()) {
    const C = flops;
    const next = budgets.findLast(
      (cost) => cost >= 2 * C && cost <= HIGHEST_STEP * C && cost * 3 <= budget.left() - 3 * C,
    );
    const center = optimalSize(C, budget.runs(), task);
    if (!tunedRate(budget.runs())) {
      const shape = modelOfSize(center, task, [], fixed.aspectRatio);
      const tuning = probingReason(rates, task, "learning rates compared on the first level");
      const batchSize = fixed.batchSize ?? batchAt(budget.runs(), task);
      yield* budget.buy(
        rates.probes(task).map((learningRate) => nearestQuery(shape, { batchSize, learningRate }, C, task, tuning)),
      );
      if (fixed.batchSize === undefined) yield* compareBatches(budget, task, shape, C, rates);
    }
    const recipe = () => ({
      ...fixed,
      batchSize: fixed.batchSize ?? batchAt(budget.runs(), task),
      learningRate: rates.nearest(learningRateAt(C, budget.runs(), task), task),
    });
    if (level === 1) {
      const shape = modelOfSize(center, task, [], fixed.aspectRatio);
      yield* budget.buy([nearestQuery(shape, recipe(), C, task, "the extrapolated optimum")]);
      yield* checkLowerRates(budget, task, C, rates);
    }
    const most = next === undefined ? Number.POSITIVE_INFINITY : MOST_RUNS;
    yield* searchLevel(budget, task, recipe(), C, center, most);
    flops = next;
    level++;
  }
  return [...budget.runs()];
}

/** The optimal N at a compute, extrapolated from the levels; √(C/120) while nothing is known. */
function optimalSize(C: number, runs: readonly Run[], task: Task): number {
  const levels = levelVertices(runs);
  return Math.exp(levels.length === 0 ? Math.log(usualSize(C, task)) : extrapolateSize(levels, C, task).logN);
}

/** Buys one level: three sizes, larger or smaller ones until bracketed, then beside the vertex until it is certain. */
function* searchLevel(
  budget: Budget,
  task: Task,
  fixed: Fixed & Recipe,
  C: number,
  center: number,
  most: number,
): Purchase {
  const { learningRate } = fixed;
  const taken: Shape[] = [];
  const propose = (N: number, why: string) => {
    const shape = modelOfSize(N, task, taken, fixed.aspectRatio);
    taken.push(shape);
    const reason = `${shape.numLayers}×${shape.dModel} at ${formatCost(C, task)}: ${why}`;
    return nearestQuery(shape, fixed, C, task, reason);
  };
  yield* budget.buy([
    propose(center, "the extrapolated optimum"),
    propose(center * 2, "twice the extrapolated optimum"),
    propose(center / 2, "half the extrapolated optimum"),
  ]);
  while (taken.length < most && budget.left() >= C) {
    const tried = answered(budget.runs()).filter((run) => run.trainFlops === C && run.learningRate === learningRate);
    const more = nextSize(tried);
    if (!more || (most === MOST_RUNS && more.certain)) break;
    const before = budget.left();
    yield* budget.buy([propose(more.N, more.why)]);
    if (budget.left() === before) break;
  }
  return [...budget.runs()];
}

/**
 * Beyond the largest or smallest size where that is the lowest run, else on the side of the vertex with fewer sizes.
 */
function nextSize(tried: readonly AnsweredRun[]): { N: number; why: string; certain: boolean } | undefined {
  const lowest = lowestOf(tried);
  if (!lowest) return undefined;
  const sizes = tried.map(nonEmbeddingParameters);
  const best = nonEmbeddingParameters(lowest);
  if (best === Math.max(...sizes)) return { N: best * 2, why: "larger, since the largest is lowest", certain: false };
  if (best === Math.min(...sizes)) return { N: best / 2, why: "smaller, since the smallest is lowest", certain: false };
  const vertex = vertexOf(tried.map((run) => ({ N: nonEmbeddingParameters(run), loss: run.loss })));
  const center = Math.exp(vertex.logN);
  const above = sizes.filter((size) => size > center).length;
  const N = above * 2 > sizes.length ? center / Math.SQRT2 : center * Math.SQRT2;
  return { N, why: `beside the vertex, whose ln N has sd ${vertex.sd.toFixed(2)}`, certain: vertex.sd < CERTAIN };
}
