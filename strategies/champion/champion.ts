import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { type AnsweredRun, answered, type Run } from "../../src/task/configuration.ts";
import { realizeShape } from "../../src/task/realize.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import { Budget } from "../asking/index.ts";
import { literatureSubmission, toSubmission } from "../believing/index.ts";
import {
  bestChoice,
  DRAWS,
  drawParticles,
  expectedLoss,
  likeliest,
  quantilesOf,
  submittableRates,
} from "./decision.ts";
import { chooseQueries } from "./design.ts";
import { ALL_INGREDIENTS, type Ingredients } from "./ingredients.ts";
import { fitMixture, type Mixture } from "./mixture.ts";
import { candidateQueries, openingQueries } from "./queries.ts";
import { logFeaturesOf } from "./surface-family.ts";

const MOST_PER_STAGE = 9;
/** The interval's level, and the standard normal deviate of its ends. */
const INTERVAL = { level: 0.8, deviate: 1.2816 };
/** Fewer answers than this are too few to fit. */
const FEWEST = 4;
/** Error that surfaces which fit alike share, in nats, per square of ln(target / largest budget). */
const COMMON_ERROR = 0.00125;

/**
 * Idea: fit several families of whole surfaces, hyperparameters included: laws with layers, and the surface calibrated
 * to the 2025 endpoint. Weight them by how they predict the runs of the top budgets from those below. Stage by stage,
 * buy the runs that lower most, for their cost, the expected regret of choosing size, learning rate and shape at the
 * target, and the variance of its loss. Submit the choice of lowest expected loss, also outside the query box.
 *
 *     budget.buy(openingQueries(task))                               // three sizes, learning rates, at three costs
 *     for each stage:                                                // up to 15, 40, 70 and 100 % of the cap
 *       mixture = fitMixture(runs, ingredients, mixture)             // families with posteriors and weights
 *       budget.buy(chooseQueries({ candidates, mixture, task, … }))  // greedy design by expected regret and variance
 *     mixture = fitMixture(runs)
 *     choice = bestChoice(expected loss over drawParticles(mixture)) // ln N, ln η, ln(d/L)
 *     interval = quantilesOf(draws), widened by spreadScale and COMMON_ERROR
 *
 * Source: Bayesian decision-theoretic design (Lindley 1956; Chaloner and Verdinelli 1995), Laplace's approximation.
 * Knobs: stages, cost^0.45, the powers of the weights, the families' priors and `spreadScale` (docs/champion.md says
 * how they were chosen).
 * Fails where every family is wrong in the same way, and where the endpoint is not the one calibrated beyond its box.
 * It asks only for shapes, heads and rates that the 2025 endpoint has trained runs of.
 */
export const champion: Strategy = createChampion(ALL_INGREDIENTS);

/** The champion with some ingredients changed or left out, for ablations. */
export function createChampion(ingredients: Ingredients): Strategy {
  return {
    name: "champion",
    summary: "several families of whole surfaces; buys what lowers expected regret at the target most for its cost",

    *queries(task) {
      const budget = new Budget(task);
      yield* budget.buy(openingQueries(task, ingredients.trainedOnly));
      let mixture: Mixture | undefined;
      for (const share of ingredients.stages) {
        const runs = finiteRuns(budget.runs());
        if (runs.length < FEWEST) return;
        mixture = fitMixture(runs, ingredients, mixture);
        const chosen = chooseQueries({
          candidates: candidateQueries(budget, task, ingredients.trainedOnly),
          mixture,
          task,
          rates: submittableRates(runs, task),
          flops: budget.left() - (1 - share) * task.cap,
          most: MOST_PER_STAGE,
          aim: ingredients.aim,
        });
        yield* budget.buy(chosen);
      }
    },

    recommend(runs, task, rng) {
      const known = finiteRuns(runs);
      if (known.length < FEWEST) return literatureSubmission(task);
      const mixture = fitMixture(known, ingredients);
      const draws = (count: number) =>
        ingredients.integrate ? drawParticles(mixture, count, rng) : likeliest(mixture);
      const drawn = draws(DRAWS.choice);
      if (drawn.length === 0) return literatureSubmission(task);
      const [logN, logRate, logAspect] = bestChoice(
        (features) => expectedLoss(drawn, features),
        task,
        submittableRates(known, task),
      );
      const shape = realizeShape(Math.exp(logN), task.admissible, Math.exp(logAspect));
      const learningRate = Math.exp(logRate);
      const batchSize = Math.min(...task.admissible.batchSizes);
      const features = logFeaturesOf({ ...shape, learningRate, batchSize, trainFlops: task.target });
      const tail = (1 - INTERVAL.level) / 2;
      const [low, loss, high] = quantilesOf(draws(DRAWS.interval), features, [tail, 0.5, 1 - tail]) as [
        number,
        number,
        number,
      ];
      const distance = Math.log(task.target) - mixture.scatter.logTop;
      const beyond = COMMON_ERROR * distance * distance;
      const spreadScale = mixture.fitted.reduce((sum, { family, weight }) => sum + weight * family.spreadScale, 0);
      const end = (from: number) => Math.hypot(spreadScale * from, INTERVAL.deviate * beyond);
      return toSubmission(
        {
          N: nonEmbeddingParameters(shape),
          loss,
          learningRate,
          batchSize,
          aspectRatio: shape.dModel / shape.numLayers,
          interval: { level: INTERVAL.level, low: loss - end(loss - low), high: loss + end(high - loss) },
          law: mixture.fitted.map(({ family, weight }) => `${Math.round(100 * weight)} % ${family.name}`).join("; "),
        },
        task,
      );
    },
  };
}

/** The answers whose loss is finite: one that is not would rule out every family. */
function finiteRuns(runs: readonly Run[]): AnsweredRun[] {
  return answered(runs).filter(({ loss }) => Number.isFinite(loss));
}
