import { answered, type Run, type Shape } from "../src/task/configuration.ts";
import { formatFlops } from "../src/task/quantity.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import { type Purse, purse } from "./asking/budget.ts";
import { checkRate } from "./asking/check-rate.ts";
import { learningRateAt } from "./asking/learning-rate.ts";
import { asking } from "./asking/nearest-query.ts";
import { EVEN } from "./asking/rates.ts";
import { modelOfSize, sizesAround } from "./asking/shapes.ts";
import { chinchillaSize, literatureSubmission } from "./believing/literature.ts";
import { submit } from "./believing/submit.ts";
import { comparable } from "./reading/comparable.ts";
import { allocate, describeLaw, fitLawWithPriors } from "./reading/parametric.ts";

/** Two starting budgets, as shares of the cap per run, with three sizes each. */
const START = [1 / 600, 1 / 200];
/** Each step costs at least this much more than the one before. */
const GROWTH = 2;
/** After which step the learning rate is checked again. */
const CHECKED = 1;
/** Runs cheaper than this share of the cap are not worth a step. */
const LEAST = 1 / 100;

/**
 * Idea: fit L = E + A/N^alpha + B/D^beta to a few cheap runs, spend on the predicted optimum at twice the compute, refit,
 * and so on to the largest affordable budget; what is left then goes to sizes beside the optimum.
 * Source: the progressive scheme of kyo-takano's chinchilla toolkit. Knobs: growth per step (×2), the starting budgets
 * (cap/600 and cap/200, three sizes each).
 * Fails because runs at the optimum alone tell nothing of its neighbours: once the first runs lead astray, nothing
 * brackets, and the priors on floor and exponents decide.
 */
export const progressive: Strategy = {
  name: "progressive",
  summary: "fit, spend on the predicted optimum at twice the compute, refit",

  *queries(task) {
    const wallet = purse(task);
    const budgets = budgetsOf(task);
    const starts = START.flatMap((share) => budgets.findLast((budget) => budget <= share * task.cap) ?? []);
    for (const flops of starts) yield* wallet.buy(startingQueries(flops, flops === starts.at(-1), wallet, task));
    let flops = starts.at(-1) ?? (budgets[0] as number) / GROWTH;
    for (let step = 0; ; step++) {
      const affordable = budgets.filter((budget) => budget <= wallet.left() && budget >= LEAST * task.cap);
      const C = affordable.find((budget) => budget >= GROWTH * flops) ?? affordable.at(-1);
      if (C === undefined) return;
      const taken = answered(wallet.runs()).filter(({ trainFlops }) => trainFlops === C);
      const shape = modelOfSize(optimumAt(C, wallet.runs()), task, taken);
      const recipe = { learningRate: learningRateAt(C, wallet.runs(), task), batchSize: smallestBatch(task) };
      const query = asking(
        shape,
        recipe,
        C,
        task,
        `predicted optimum at ${formatFlops(C)} after ${wallet.runs().length} runs`,
      );
      if (wallet.knows(query)) return;
      yield* wallet.buy([query]);
      if (step === CHECKED) yield* checkRate(wallet, task, C, EVEN);
      flops = Math.max(C, flops);
    }
  },

  recommend(runs, task) {
    const law = fitLawWithPriors(comparable(runs));
    if (!law) return literatureSubmission(task);
    const learningRate = learningRateAt(task.target, runs, task);
    return submit({ ...allocate(law, task.target), learningRate, law: describeLaw(law) }, task);
  },
};

/** Three sizes at a starting budget, at the larger one the middle size at every learning rate. */
function startingQueries(flops: number, tuning: boolean, wallet: Purse, task: Task) {
  const batchSize = smallestBatch(task);
  const shapes = sizesAround(chinchillaSize(flops), 3, task);
  const middle = shapes[Math.floor(shapes.length / 2)] as Shape;
  const reason = `a starting point at ${formatFlops(flops)}`;
  const rates = tuning ? EVEN.probes(task) : [];
  return [
    ...rates.map((learningRate) =>
      asking(middle, { learningRate, batchSize }, flops, task, `${reason}, to tune the learning rate`),
    ),
    ...shapes.map((shape) =>
      asking(shape, { learningRate: learningRateAt(flops, wallet.runs(), task), batchSize }, flops, task, reason),
    ),
  ];
}

function optimumAt(flops: number, runs: readonly Run[]): number {
  const law = fitLawWithPriors(comparable(runs));
  return law ? allocate(law, flops).N : chinchillaSize(flops);
}

function smallestBatch(task: Task): number {
  return Math.min(...task.admissible.batchSizes);
}
