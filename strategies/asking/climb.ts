import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { type AnsweredRun, answered, type Run, type Shape } from "../../src/task/configuration.ts";
import { formatFlops } from "../../src/task/quantity.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { extrapolateSize, type SizeEstimate } from "../believing/allocation-prior.ts";
import { chinchillaSize } from "../believing/literature.ts";
import { comparable, lowestOf } from "../reading/comparable.ts";
import { type Vertex, vertexOf } from "../reading/vertex.ts";
import type { Purchase, Purse } from "./budget.ts";
import { checkRate } from "./check-rate.ts";
import { learningRateAt, tunedRate } from "./learning-rate.ts";
import { asking, type Recipe } from "./nearest-query.ts";
import type { Rates } from "./rates.ts";
import { modelOfSize } from "./shapes.ts";

/** What is fixed before the sizes are searched. */
export interface Fixed {
  readonly batchSize: number;
  /** d/L of the shapes; the customary one when absent. */
  readonly aspectRatio?: number;
}

/** The first level costs this share of the cap per run; a level is at most this far above the one below it, in C. */
const CLIMB = { start: 1 / 200, fewest: 3, most: 6, highest: 8 };
/** A level is done when its vertex is this certain in ln N. */
const CERTAIN = 0.15;

/**
 * A bracketed search of the best size at rising budgets: at each, the extrapolated optimum, ×2 and ÷2, more outwards
 * until bracketed, more inside until the vertex is certain; then up, so far that three points still fit. The learning
 * rate is tuned on the first level unless it is known, and checked on the second. What is left goes to the top level.
 */
export function* climb(purse: Purse, task: Task, fixed: Fixed, rates: Rates): Purchase {
  const budgets = budgetsOf(task);
  let flops = budgets.findLast((budget) => budget <= CLIMB.start * task.cap) ?? budgets[0];
  let level = 0;
  while (flops !== undefined && flops <= purse.left()) {
    const C = flops;
    const next = budgets.findLast(
      (budget) => budget >= 2 * C && budget <= CLIMB.highest * C && budget * 3 <= purse.left() - 3 * C,
    );
    const centre = Math.exp(optimumAt(C, purse.runs()).logN);
    if (!tunedRate(purse.runs())) {
      const shape = modelOfSize(centre, task, [], fixed.aspectRatio);
      const tuning = "learning rate tuned on the first level";
      yield* purse.buy(
        rates.probes(task).map((learningRate) => asking(shape, { ...fixed, learningRate }, C, task, tuning)),
      );
    }
    const rateNow = () => rates.asked(learningRateAt(C, purse.runs(), task), task);
    if (level === 1) {
      const shape = modelOfSize(centre, task, [], fixed.aspectRatio);
      yield* purse.buy([asking(shape, { ...fixed, learningRate: rateNow() }, C, task, "the extrapolated optimum")]);
      yield* checkRate(purse, task, C, rates);
    }
    yield* searchLevel(
      purse,
      task,
      { ...fixed, learningRate: rateNow() },
      C,
      centre,
      next === undefined ? Number.POSITIVE_INFINITY : CLIMB.most,
    );
    flops = next;
    level++;
  }
  return [...purse.runs()];
}

/** The sizes that are best at each budget bought, ascending in C. */
export function vertices(runs: readonly Run[]): (SizeEstimate & Vertex)[] {
  const byBudget = Map.groupBy(comparable(runs), ({ trainFlops }) => trainFlops);
  return [...byBudget]
    .filter(([, level]) => level.length > 2)
    .map(([C, level]) => ({ C, ...vertexOf(level.map((run) => ({ N: nonEmbeddingParameters(run), loss: run.loss }))) }))
    .toSorted((a, b) => a.C - b.C);
}

/** The extrapolated optimum at a compute; √(C/120) while nothing is known. */
export function optimumAt(C: number, runs: readonly Run[]): SizeEstimate {
  const known = vertices(runs);
  return known.length === 0 ? { C, logN: Math.log(chinchillaSize(C)), sd: 0.7 } : extrapolateSize(known, C);
}

/** Buys one level: three sizes, then outwards until bracketed, then beside the vertex until it is certain. */
function* searchLevel(
  purse: Purse,
  task: Task,
  fixed: Fixed & Recipe,
  C: number,
  centre: number,
  most: number,
): Purchase {
  const { learningRate } = fixed;
  const taken: Shape[] = [];
  const propose = (N: number, why: string) => {
    const shape = modelOfSize(N, task, taken, fixed.aspectRatio);
    taken.push(shape);
    const reason = `${shape.numLayers}×${shape.dModel} at ${formatFlops(C)}: ${why}`;
    return asking(shape, fixed, C, task, reason);
  };
  yield* purse.buy([
    propose(centre, "the extrapolated optimum"),
    propose(centre * 2, "twice the extrapolated optimum"),
    propose(centre / 2, "half the extrapolated optimum"),
  ]);
  while (taken.length < most && purse.left() >= C) {
    const tried = answered(purse.runs()).filter((run) => run.trainFlops === C && run.learningRate === learningRate);
    const more = nextSize(tried);
    if (!more || (most === CLIMB.most && more.certain)) break;
    const before = purse.left();
    yield* purse.buy([propose(more.N, more.why)]);
    if (purse.left() === before) break;
  }
  return [...purse.runs()];
}

/** Outwards from a rim, else on the emptier side of the vertex. */
function nextSize(tried: readonly AnsweredRun[]): { N: number; why: string; certain: boolean } | undefined {
  const lowest = lowestOf(tried);
  if (!lowest) return undefined;
  const sizes = tried.map(nonEmbeddingParameters);
  const best = nonEmbeddingParameters(lowest);
  const outwards = "outwards, because the lowest run is at the rim";
  if (best === Math.max(...sizes)) return { N: best * 2, why: outwards, certain: false };
  if (best === Math.min(...sizes)) return { N: best / 2, why: outwards, certain: false };
  const vertex = vertexOf(tried.map((run) => ({ N: nonEmbeddingParameters(run), loss: run.loss })));
  const centre = Math.exp(vertex.logN);
  const above = sizes.filter((size) => size > centre).length;
  const N = above * 2 > sizes.length ? centre / Math.SQRT2 : centre * Math.SQRT2;
  return { N, why: `beside the vertex, uncertain by ${vertex.sd.toFixed(2)} in ln N`, certain: vertex.sd < CERTAIN };
}
