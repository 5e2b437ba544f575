import { bestAllocation } from "../src/fit/best-allocation.ts";
import { fitParametric } from "../src/fit/methods/parametric.ts";
import { nonEmbeddingParameters } from "../src/task/accounting.ts";
import { answered, type Shape } from "../src/task/configuration.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import { purse } from "./asking/budget.ts";
import { checkRate } from "./asking/check-rate.ts";
import { learningRateAt } from "./asking/learning-rate.ts";
import { asking } from "./asking/nearest-query.ts";
import { EVEN } from "./asking/rates.ts";
import { modelOfSize } from "./asking/shapes.ts";
import { chinchillaSize, literatureSubmission } from "./believing/literature.ts";
import { believable, submit } from "./believing/submit.ts";
import { comparable } from "./reading/comparable.ts";
import { criticalTokens, minimumSteps } from "./reading/critical-batch.ts";

/** Shares of the cap that the cuts' runs cost, the largest first; cuts are followed from the smallest. */
const TOP = { runs: 3, share: 0.5, span: 30 };
/** The second cut at fixed steps is this much shorter. */
const SHORTER = 3;

/**
 * Idea: cuts. One model size through rising budgets (steps vary), two fixed numbers of steps through rising budgets
 * (size varies), one pair of batch sizes for the critical batch B_crit. Steps become S_min = S/(1 + B_crit/B), the law
 * L(N, S_min) = (N_c/N)^α_N + (S_c/S_min)^α_S goes through all runs, its least loss at the target is submitted.
 * Source: Kaplan et al. 2020, sections 4.2, 5.1 and 6. Knobs: three runs at the top cut, cuts over a factor of 30 in C.
 * Fails because the law has no floor: beyond the data it promises too little loss, and it lets size win over steps as
 * the source did.
 */
export const kaplan: Strategy = {
  name: "kaplan",
  summary: "cuts at fixed size and at fixed steps, critical batch, the law L(N, S_min) without a floor",

  *queries(task) {
    const wallet = purse(task);
    const budgets = cutBudgets(task);
    const [first, top] = [budgets[0], budgets.at(-1)];
    if (first === undefined || top === undefined) return;
    const [batchSize, larger] = task.admissible.batchSizes.toSorted((a, b) => a - b) as [number, number | undefined];
    const ask = (shape: Shape, flops: number, reason: string, recipe = {}) =>
      asking(
        shape,
        { batchSize, learningRate: learningRateAt(flops, wallet.runs(), task), ...recipe },
        flops,
        task,
        reason,
      );
    const middle = modelOfSize(chinchillaSize(first), task);
    yield* wallet.buy(
      EVEN.probes(task).map((learningRate) => ask(middle, first, "learning rate tuned", { learningRate })),
    );
    const cut = modelOfSize(chinchillaSize(Math.sqrt(first * top)), task);
    for (const flops of budgets) {
      const sameSteps = (flops / top) * chinchillaSize(top);
      if (flops === budgets[Math.floor(budgets.length / 2)]) {
        yield* wallet.buy([ask(cut, flops, "cut at fixed size")]);
        yield* checkRate(wallet, task, flops, EVEN);
      }
      yield* wallet.buy([
        ask(modelOfSize(sameSteps, task), flops, "cut at fixed steps"),
        ask(modelOfSize(sameSteps * SHORTER, task), flops, "cut at fixed steps, three times fewer"),
        ask(cut, flops, "cut at fixed size"),
      ]);
      if (flops === top)
        yield* wallet.buy([ask(modelOfSize(sameSteps / SHORTER, task), flops, "cut at fixed steps, three times more")]);
      if (larger !== undefined && flops === budgets[Math.floor(budgets.length / 2)])
        yield* wallet.buy([ask(cut, flops, "larger batch, for the critical one", { batchSize: larger })]);
    }
  },

  recommend(runs, task) {
    const known = comparable(runs);
    if (known.length < 5) return literatureSubmission(task);
    const critical = criticalTokens(answered(runs));
    const points = known.map((run) => {
      const N = nonEmbeddingParameters(run);
      return { N, D: minimumSteps(run, N, run.loss, critical), C: run.trainFlops, loss: run.loss };
    });
    const fit = fitParametric(points, { objective: "log-square", fixed: { E: 0 } });
    const batchSize = Math.min(...task.admissible.batchSizes);
    const lossAt = (N: number) => {
      // The critical batch depends on the loss, which it moves little: three rounds settle it.
      let loss = 3;
      for (let round = 0; round < 3; round++)
        loss = fit.loss?.(N, minimumSteps({ batchSize, trainFlops: task.target }, N, loss, critical)) ?? Number.NaN;
      return loss;
    };
    const N = believable(bestAllocation(lossAt, task.target)?.N ?? Number.NaN, task.target);
    const [aN, aS] = [fit.parameters.alpha, fit.parameters.beta].map((value) => value?.toFixed(3));
    const law = `L = (N_c/N)^${aN} + (S_c/S_min)^${aS}, B_crit ${Math.round(critical).toExponential(1)}·L^-4.76 tokens`;
    return submit({ N, loss: lossAt(N), learningRate: learningRateAt(task.target, runs, task), law }, task);
  },
};

function cutBudgets(task: Task): number[] {
  const budgets = budgetsOf(task);
  const top = budgets.findLast((flops) => flops * TOP.runs <= TOP.share * task.cap) ?? Number.NaN;
  return budgets.filter((flops) => flops <= top && flops >= (top / TOP.span) * 0.99);
}
