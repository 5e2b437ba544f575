import { bestAllocation } from "../src/fit/best-allocation.ts";
import { fitParametric } from "../src/fit/methods/parametric.ts";
import { usualSize } from "../src/law/usual-training.ts";
import { CONTEXT_LENGTH, nonEmbeddingParameters } from "../src/task/accounting.ts";
import { type AnsweredRun, answered, type RunConfig, type Shape } from "../src/task/configuration.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import { anyRate, Budget, checkLowerRates, modelOfSize, nearestQuery, sameSize, spendRest } from "./asking/index.ts";
import { clampSize, literatureSubmission, toSubmission } from "./believing/index.ts";
import { batchAt, comparable, learningRateAt, otherBatches, recipeAt } from "./reading/index.ts";

/** Three runs of the top cut cost half of the cap; the cuts span a factor of 30 in C. */
const TOP = { runs: 3, share: 0.5, span: 30 };
/** The second cut at fixed steps is this much shorter. */
const SHORTER = 3;
/** B_crit = B*·L^(-1/α_B), with B* in tokens where nothing was measured. */
const CRITICAL = { tokens: 2.1e8, exponent: 1 / 0.21 };

/**
 * Idea: cuts. One model size through rising budgets (steps vary), two fixed numbers of steps through rising budgets
 * (size varies), one pair of batch sizes for the critical batch B_crit. Steps become S_min = S/(1 + B_crit/B), the law
 * L(N, S_min) = (N_c/N)^α_N + (S_c/S_min)^α_S goes through all runs, its least loss at the target is submitted.
 * Source: Kaplan et al. 2020, sections 4.2, 5.1 and 6. Knobs: three runs at the top cut, cuts over a factor of 30 in C.
 * Fails because the law has no floor: beyond the data it predicts too low a loss, and, as its source did, it prefers
 * size to steps.
 */
export const kaplan: Strategy = {
  name: "kaplan",
  summary: "cuts at fixed size and at fixed steps, critical batch, the law L(N, S_min) without a floor",
  flopsOnly: true,

  *queries(task) {
    const budget = new Budget(task);
    const budgets = cutBudgets(task);
    const [first, top] = [budgets[0], budgets.at(-1)];
    if (first === undefined || top === undefined) return yield* spendRest(budget, task);
    const batchSize = batchAt([], task);
    const larger = otherBatches(batchSize, task).find((other) => other > batchSize);
    const ask = (shape: Shape, flops: number, reason: string, recipe = {}) =>
      nearestQuery(
        shape,
        { batchSize, learningRate: learningRateAt(flops, budget.runs(), task), ...recipe },
        flops,
        task,
        reason,
      );
    const middle = modelOfSize(usualSize(first, task), task);
    yield* budget.buy(
      anyRate.probes(task).map((learningRate) => ask(middle, first, "learning rates compared", { learningRate })),
    );
    const cut = modelOfSize(usualSize(Math.sqrt(first * top), task), task);
    for (const flops of budgets) {
      const sameSteps = (flops / top) * usualSize(top, task);
      if (flops === budgets[Math.floor(budgets.length / 2)]) {
        yield* budget.buy([ask(cut, flops, "cut at fixed size")]);
        yield* checkLowerRates(budget, task, flops, anyRate);
      }
      yield* budget.buy([
        ask(modelOfSize(sameSteps, task), flops, "cut at fixed steps"),
        ask(modelOfSize(sameSteps * SHORTER, task), flops, "cut at fixed steps, three times fewer"),
        ask(cut, flops, "cut at fixed size"),
      ]);
      if (flops === top)
        yield* budget.buy([ask(modelOfSize(sameSteps / SHORTER, task), flops, "cut at fixed steps, three times more")]);
      if (larger !== undefined && flops === budgets[Math.floor(budgets.length / 2)])
        yield* budget.buy([ask(cut, flops, "a larger batch, to measure the critical batch", { batchSize: larger })]);
    }
    return yield* spendRest(budget, task);
  },

  recommend(runs, task) {
    const known = comparable(runs);
    if (known.length < 5) return literatureSubmission(task, runs);
    const critical = criticalTokens(answered(runs));
    const points = known.map((run) => {
      const N = nonEmbeddingParameters(run);
      return { N, D: minimumSteps(run, N, run.loss, critical), C: run.trainFlops, loss: run.loss };
    });
    const fit = fitParametric(points, { objective: "log-square", fixed: { E: 0 } });
    const batchSize = batchAt(runs, task);
    const lossAt = (N: number) => {
      // The critical batch depends on the loss, but only weakly: three rounds are enough.
      let loss = 3;
      for (let round = 0; round < 3; round++)
        loss = fit.loss?.(N, minimumSteps({ batchSize, trainFlops: task.target }, N, loss, critical)) ?? Number.NaN;
      return loss;
    };
    const N = clampSize(bestAllocation(lossAt, task.target)?.N ?? Number.NaN, task.target);
    const [aN, aS] = [fit.parameters.alpha, fit.parameters.beta].map((value) => value?.toFixed(3));
    const law = `L = (N_c/N)^${aN} + (S_c/S_min)^${aS}, B_crit ${Math.round(critical).toExponential(1)}·L^-4.76 tokens`;
    return toSubmission({ N, loss: lossAt(N), ...recipeAt(task.target, runs, task), law }, task);
  },
};

function cutBudgets(task: Task): number[] {
  const budgets = budgetsOf(task);
  const top = budgets.findLast((flops) => flops * TOP.runs <= TOP.share * task.cap) ?? Number.NaN;
  return budgets.filter((flops) => flops <= top && flops >= (top / TOP.span) * 0.99);
}

/** S_min = S/(1 + B_crit/B): the steps that an unlimited batch would need. */
function minimumSteps(
  { batchSize, trainFlops }: Pick<RunConfig, "batchSize" | "trainFlops">,
  N: number,
  loss: number,
  critical: number,
): number {
  const tokensPerStep = batchSize * CONTEXT_LENGTH;
  const criticalBatch = critical * Math.exp(-CRITICAL.exponent * Math.log(loss));
  return trainFlops / (6 * N * tokensPerStep) / (1 + criticalBatch / tokensPerStep);
}

/**
 * B* from two runs that differ in batch alone. The loss of the larger batch, converted to steps by the slope of the cut
 * at fixed size, gives ρ = (1 + β)/(2 + β) with β = B_crit/B. Kaplan's own value where there is no such pair.
 */
function criticalTokens(runs: readonly AnsweredRun[]): number {
  for (const large of runs) {
    const small = runs.find(
      (run) =>
        sameSize(run, large) &&
        run.trainFlops === large.trainFlops &&
        run.learningRate === large.learningRate &&
        run.batchSize * 2 === large.batchSize,
    );
    if (!small) continue;
    const shorter = runs.filter((run) => sameSize(run, small) && run.trainFlops < small.trainFlops).at(-1);
    if (!shorter || shorter.loss <= small.loss) continue;
    const slope = (shorter.loss - small.loss) / Math.log(small.trainFlops / shorter.trainFlops);
    const rho = Math.min(Math.max(Math.exp((small.loss - large.loss) / slope), 0.51), 0.98);
    const critical = (small.batchSize * CONTEXT_LENGTH * (2 * rho - 1)) / (1 - rho);
    return critical * Math.exp(CRITICAL.exponent * Math.log(small.loss));
  }
  return CRITICAL.tokens;
}
