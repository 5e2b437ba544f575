import { type AnsweredRun, answered, type Run, type RunConfig } from "../src/task/configuration.ts";
import { formatFlops } from "../src/task/quantity.ts";
import type { Rng } from "../src/task/random.ts";
import type { Domain } from "../src/task/search-space.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import { purse } from "./asking/budget.ts";
import { asking } from "./asking/nearest-query.ts";
import { type Dimension, parzen } from "./reading/parzen.ts";
import { scaledBest } from "./reading/scaled-best.ts";

/** Optuna's defaults, but for fewer random runs at the start, since there are twenty in all. */
const RUNS = 20;
const STARTUP = 6;
const CANDIDATES = 24;
const GOOD = 0.25;
/** What is searched; widths, depths and rates in logarithms. */
const SEARCHED = ["dModel", "numLayers", "numHeads", "batchSize", "learningRate"] as const;

/**
 * Idea: twenty runs at one budget, the largest that allows them. After six random ones, split the runs into the best
 * quarter and the rest, estimate a density of each, and ask the draw from the good one whose ratio of densities is
 * highest. The winner is carried to the target with its size grown as √C.
 * Source: Bergstra et al. 2011, as in Optuna's default sampler. Knobs: runs (20), random start (6), candidates (24), share
 * of good ones (a quarter).
 * Fails because it treats size as any other hyper-parameter, with twenty looks at five dimensions, and because one budget
 * tells nothing of how the best size grows.
 */
export const tpe: Strategy = {
  name: "tpe",
  summary: "tree-structured Parzen estimator at one top budget, the winner carried to the target",

  *queries(task, rng) {
    const wallet = purse(task);
    const budgets = budgetsOf(task);
    const flops = budgets.findLast((budget) => budget * RUNS <= task.cap) ?? (budgets[0] as number);
    for (let run = 0; run < RUNS && flops <= wallet.left(); run++) {
      const known = answered(wallet.runs());
      const drawn = propose(run < STARTUP ? [] : known, flops, task, rng);
      const why =
        run < STARTUP ? "drawn at random to start" : "the best ratio of the good runs' density to the others'";
      yield* wallet.buy([asking(drawn, drawn, flops, task, `${why}, at ${formatFlops(flops)}`)]);
    }
  },

  recommend: (runs: readonly Run[], task) => scaledBest(runs, task),
};

/** The candidate with the highest ratio of densities, each dimension by itself; of no runs, a draw from the prior. */
function propose(runs: readonly AnsweredRun[], trainFlops: number, task: Task, rng: Rng): RunConfig {
  const sorted = runs.toSorted((a, b) => a.loss - b.loss);
  const good = Math.ceil(GOOD * sorted.length);
  const chosen = SEARCHED.map((field): [string, number] => {
    const domain = task.searchSpace[field];
    const dimension = dimensionOf(domain);
    const points = sorted.map((run) => encode(domain, run[field]));
    const [better, worse] = [parzen(points.slice(0, good), dimension), parzen(points.slice(good), dimension)];
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
