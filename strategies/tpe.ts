import { type AnsweredRun, answered, type Run, type RunConfig } from "../src/task/configuration.ts";
import { formatCost } from "../src/task/quantity.ts";
import { type Rng, standardNormal } from "../src/task/random.ts";
import type { Domain } from "../src/task/search-space.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import { Budget, nearestQuery, spendRest } from "./asking/index.ts";
import { scaledBest } from "./believing/index.ts";

/** Optuna's defaults, but with fewer random runs at the start, since there are only twenty runs. */
const RUNS = 20;
const STARTUP = 6;
const CANDIDATES = 24;
const GOOD = 0.25;
/** The fields searched; ranges in logarithms. */
const SEARCHED = ["dModel", "numLayers", "numHeads", "batchSize", "learningRate"] as const;

/**
 * Idea: twenty runs at one budget, the largest that allows them. After six random ones, split the runs into the best
 * quarter and the rest, estimate a density of each, and ask the draw from the better one whose ratio of densities is
 * highest. The best run is carried to the target with its size grown as √C.
 * Source: Bergstra et al. 2011, as in Optuna's default sampler. Knobs: runs (20), random start (6), candidates (24),
 * share of good ones (a quarter).
 * Fails because it treats size as any other hyperparameter, with twenty runs for five dimensions, and because one
 * budget does not show how the best size grows.
 */
export const tpe: Strategy = {
  name: "tpe",
  summary: "tree-structured Parzen estimator at one top budget, the best run carried to the target",

  *queries(task, rng) {
    const budget = new Budget(task);
    const budgets = budgetsOf(task);
    const flops = budgets.findLast((cost) => cost * RUNS <= task.cap) ?? (budgets[0] as number);
    for (let run = 0; run < RUNS && flops <= budget.left(); run++) {
      const known = answered(budget.runs()).filter(({ trainFlops }) => trainFlops === flops);
      const drawn = propose(run < STARTUP ? [] : known, flops, task, rng);
      const why =
        run < STARTUP ? "drawn at random to start" : "the highest ratio of the good runs' density to the others'";
      yield* budget.buy([nearestQuery(drawn, drawn, flops, task, `${why}, at ${formatCost(flops, task)}`)]);
    }
    return yield* spendRest(budget, task);
  },

  recommend: (runs: readonly Run[], task) => scaledBest(runs, task),
};

/** The candidate with the highest ratio of densities, dimension by dimension; without runs, a draw from the prior. */
function propose(runs: readonly AnsweredRun[], trainFlops: number, task: Task, rng: Rng): RunConfig {
  const sorted = runs.toSorted((a, b) => a.loss - b.loss);
  const good = Math.ceil(GOOD * sorted.length);
  const chosen = SEARCHED.map((field): [string, number] => {
    const domain = task.searchSpace[field];
    const dimension = dimensionOf(domain);
    const points = sorted.map((run) => encode(domain, run[field]));
    const [better, worse] = [
      parzenDensity(points.slice(0, good), dimension),
      parzenDensity(points.slice(good), dimension),
    ];
    let best = { x: better.draw(rng), ratio: Number.NEGATIVE_INFINITY };
    for (let i = 0; i < (runs.length > 0 ? CANDIDATES : 0); i++) {
      const x = better.draw(rng);
      const ratio = better.logDensity(x) - worse.logDensity(x);
      if (ratio > best.ratio) best = { x, ratio };
    }
    return [field, decode(domain, best.x)];
  });
  return { ...(Object.fromEntries(chosen) as Omit<RunConfig, "trainFlops">), trainFlops };
}

function dimensionOf(domain: Domain): Dimension {
  return domain.kind === "choice"
    ? { kind: "choices", count: domain.values.length }
    : { kind: "interval", low: Math.log(domain.minimum), high: Math.log(domain.maximum) };
}

function encode(domain: Domain, value: number): number {
  return domain.kind === "choice" ? domain.values.indexOf(value) : Math.log(value);
}

function decode(domain: Domain, x: number): number {
  return domain.kind === "choice" ? (domain.values[x] as number) : Math.exp(x);
}

/** One dimension of a search: a continuous interval, or a number of choices (points are then their indices). */
export type Dimension =
  | { readonly kind: "interval"; readonly low: number; readonly high: number }
  | { readonly kind: "choices"; readonly count: number };

/** A density over one dimension by Parzen's kernels, with the prior as one more kernel (Bergstra et al. 2011). */
export interface ParzenDensity {
  draw(rng: Rng): number;
  logDensity(x: number): number;
}

/** The density estimated from points that lie in the dimension; without points, the prior. */
export function parzenDensity(points: readonly number[], dimension: Dimension): ParzenDensity {
  return dimension.kind === "interval" ? normalKernels(points, dimension) : frequencies(points, dimension.count);
}

/** Normals cut to the interval: a wide one at its middle, and one per point as wide as its larger gap to a neighbor. */
function normalKernels(
  points: readonly number[],
  { low, high }: { readonly low: number; readonly high: number },
): ParzenDensity {
  const range = high - low;
  if (!(range > 0)) return { draw: () => low, logDensity: () => 0 };
  const sorted = points.toSorted((a, b) => a - b);
  const narrowest = range / Math.min(100, points.length + 2);
  const kernels = [
    { mean: low + range / 2, sd: range },
    ...sorted.map((mean, i) => {
      const gap = Math.max(mean - (sorted[i - 1] ?? low), (sorted[i + 1] ?? high) - mean);
      return { mean, sd: Math.min(Math.max(gap, narrowest), range) };
    }),
  ];
  return {
    draw(rng) {
      const { mean, sd } = kernels[
        Math.min(kernels.length - 1, Math.floor(rng() * kernels.length))
      ] as (typeof kernels)[number];
      for (let attempt = 0; attempt < 20; attempt++) {
        const x = mean + sd * standardNormal(rng);
        if (x >= low && x <= high) return x;
      }
      return Math.min(Math.max(mean, low), high);
    },
    logDensity(x) {
      const sum = kernels.reduce((total, { mean, sd }) => {
        const z = (x - mean) / sd;
        return total + Math.exp(-0.5 * z * z) / sd;
      }, 0);
      return Math.log(sum / kernels.length);
    },
  };
}

function frequencies(points: readonly number[], count: number): ParzenDensity {
  const weights = Array.from({ length: count }, (_, i) => 1 / count + points.filter((point) => point === i).length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    draw(rng) {
      let left = rng() * total;
      for (const [i, weight] of weights.entries()) {
        left -= weight;
        if (left < 0) return i;
      }
      return count - 1;
    },
    logDensity: (x) => Math.log((weights[x] ?? 0) / total),
  };
}
