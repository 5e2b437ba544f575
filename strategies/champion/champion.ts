import type { Strategy } from "../../src/task/strategy.ts";
import { withHistory } from "../../src/task/task.ts";
import { Budget, spendRest } from "../asking/index.ts";
import { literatureSubmission } from "../believing/index.ts";
import { type Beliefs, believe, concludeFrom, finiteRuns } from "./beliefs.ts";
import { candidateRuns, openingRuns, rateComparison } from "./candidates.ts";
import { clockQueries, concludeInTime } from "./clock/champion.ts";
import { chooseRuns, reasonOf } from "./design.ts";
import { ALL_INGREDIENTS, type Ingredients } from "./ingredients.ts";

/** Runs of a stage, and stages after the last, for what the last one could not spend. */
const MOST = { perStage: 9, more: 3 };

/**
 * Idea: fit several families of whole surfaces at once, each with what it may be off by. Weight them by how well they predict
 * the runs of the top budgets from those below. Stage by stage, buy the runs that lower most, for their cost, the
 * expected regret of the choice at the target and the variance of its loss. Submit the choice of lowest expected loss.
 *
 *     candidates = candidateRuns(task)                          // trained grid, sizes × rates × batches, or a table's rows
 *     budget.buy(openingRuns(candidates, history))              // cheap runs, as unlike each other as can be
 *     for each stage:                                           // up to 15, 40, 70 and 100 % of the cap
 *       beliefs = believe(history + runs, task)                 // families with discrepancy, posterior and weight
 *       budget.buy(chooseRuns(candidates, beliefs))             // greedy design by expected regret and variance
 *     submit concludeFrom(believe(history + runs, task))        // ln N, ln η, ln(d/L), ln batch; interval from draws
 *
 * Source: Bayesian decision-theoretic design (Lindley 1956; Chaloner and Verdinelli 1995), Laplace's approximation,
 * model discrepancy (Kennedy and O'Hagan 2001).
 * Knobs: stages, cost^0.3, the families' priors, the discrepancy's scales (docs/champion.md says how they were chosen).
 * Fails where all families and the trend of their residuals are wrong in the same way.
 */
export const champion: Strategy = createChampion(ALL_INGREDIENTS);

/** The champion with some ingredients changed or left out, for ablations. */
export function createChampion(ingredients: Ingredients): Strategy {
  return {
    name: "champion",
    summary: "several families of whole surfaces; buys what lowers expected regret at the target most for its cost",

    *queries(task) {
      if (task.clock) return yield* clockQueries(task, task.clock);
      const budget = new Budget(task);
      const known = () => withHistory(budget.runs(), task);
      const all = candidateRuns(task, ingredients.trainedOnly);
      const offered = () => all.filter((query) => !budget.has(query) && query.trainFlops <= budget.left());
      yield* budget.buy(openingRuns(offered(), finiteRuns(known()), task));
      yield* budget.buy(rateComparison(task));
      let beliefs: Beliefs | undefined;
      const stages = [...ingredients.stages, ...Array.from({ length: MOST.more }, () => 1)];
      for (const share of stages) {
        const candidates = offered();
        if (candidates.length === 0) break;
        beliefs = believe(finiteRuns(known()), task, ingredients, beliefs?.mixture);
        if (!beliefs) break;
        const flops = budget.left() - (1 - share) * task.cap;
        const problem = { candidates, ...beliefs, task, aim: ingredients.aim };
        const chosen = chooseRuns(problem, flops, MOST.perStage);
        if (share === 1 && chosen.length === 0) break;
        yield* budget.buy(chosen.map((purchase) => ({ ...purchase.query, reason: reasonOf(purchase) })));
      }
      return yield* spendRest(budget, task);
    },

    recommend(runs, task, rng) {
      if (task.clock) return concludeInTime(runs, task, task.clock, rng);
      const beliefs = believe(finiteRuns(runs), task, ingredients);
      return beliefs ? concludeFrom(beliefs, task, ingredients, rng) : literatureSubmission(task);
    },
  };
}
