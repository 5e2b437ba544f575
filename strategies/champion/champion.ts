import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { type AnsweredRun, answered, type Run } from "../../src/task/configuration.ts";
import { realiseShape } from "../../src/task/realise.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import { purse } from "../asking/budget.ts";
import { literatureSubmission } from "../believing/literature.ts";
import { submit } from "../believing/submit.ts";
import { believableRates, bestChoice, DRAWS, drawParticles, expectedLoss, likeliest, quantilesOf } from "./decision.ts";
import { chooseRuns } from "./design.ts";
import { ALL_INGREDIENTS, type Ingredients } from "./ingredients.ts";
import { fitMixture, type Mixture } from "./mixture.ts";
import { offers } from "./offers.ts";
import { openingRuns } from "./opening.ts";
import { sightOf } from "./sight.ts";

const MOST_PER_STAGE = 9;
/** Of the interval: its level, and the standard normal deviate of its ends. */
const INTERVAL = { level: 0.8, deviate: 1.2816 };
/** Fewer answers than this make no fit. */
const FEWEST = 4;
/** What surfaces that fit alike are off by, in nats, times the square of ln(target / largest budget). */
const COMMON_ERROR = 0.00125;

/**
 * Idea: fit whole surfaces, hyper-parameters included, of several families at once: laws with layers, and the surface
 * calibrated to the 2025 endpoint; weigh them by how they predict the runs of the top budgets from those below. Buy,
 * stage by stage, the runs after which the regret of deciding size, learning rate and shape at the target, and the
 * variance of its loss, are expected to be least for their cost; submit what the mixture expects to lose least, beyond
 * the query box where the surfaces say so.
 * Source: Bayesian decision-theoretic design (Lindley 1956; Chaloner and Verdinelli 1995), Laplace's approximation.
 * Knobs: stages, cost^0.45, the powers of the weights, the families' beliefs and what of their spread is borne out
 * (docs/champion.md says how they were chosen).
 * Fails where every family is wrong in the same way, and where the endpoint is not the one calibrated beyond its box.
 * Asks only shapes, heads and rates the 2025 endpoint has trained runs of.
 */
export const champion: Strategy = championOf(ALL_INGREDIENTS);

/** The champion with some ingredients changed or left out: what ablations compare. */
export function championOf(made: Ingredients): Strategy {
  return {
    name: "champion",
    summary: "several families of whole surfaces; buys what lowers expected regret at the target most for its cost",

    *queries(task) {
      const wallet = purse(task);
      yield* wallet.buy(openingRuns(task, made.trainedOnly));
      let mixture: Mixture | undefined;
      for (const share of made.stages) {
        const runs = readable(wallet.runs());
        if (runs.length < FEWEST) return;
        mixture = fitMixture(runs, made, mixture);
        const chosen = chooseRuns({
          candidates: offers(wallet, task, made.trainedOnly),
          mixture,
          task,
          rates: believableRates(runs, task),
          purse: wallet.left() - (1 - share) * task.cap,
          most: MOST_PER_STAGE,
          aim: made.aim,
        });
        yield* wallet.buy(chosen);
      }
    },

    recommend(runs, task, rng) {
      const known = readable(runs);
      if (known.length < FEWEST) return literatureSubmission(task);
      const mixture = fitMixture(known, made);
      const draws = (count: number) => (made.integrate ? drawParticles(mixture, count, rng) : likeliest(mixture));
      const drawn = draws(DRAWS.choice);
      if (drawn.length === 0) return literatureSubmission(task);
      const [logN, logRate, logAspect] = bestChoice(
        (sight) => expectedLoss(drawn, sight),
        task,
        believableRates(known, task),
      );
      const shape = realiseShape(Math.exp(logN), task.admissible, Math.exp(logAspect));
      const learningRate = Math.exp(logRate);
      const batchSize = Math.min(...task.admissible.batchSizes);
      const sight = sightOf({ ...shape, learningRate, batchSize, trainFlops: task.target });
      const tail = (1 - INTERVAL.level) / 2;
      const [low, loss, high] = quantilesOf(draws(DRAWS.interval), sight, [tail, 0.5, 1 - tail]) as [
        number,
        number,
        number,
      ];
      const distance = Math.log(task.target) - mixture.scatter.logTop;
      const beyond = COMMON_ERROR * distance * distance;
      const borneOut = mixture.fitted.reduce((sum, { family, weight }) => sum + weight * family.borneOut, 0);
      const end = (from: number) => Math.hypot(borneOut * from, INTERVAL.deviate * beyond);
      return submit(
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

/** The answers that are losses: one that is no finite number would leave no family standing. */
function readable(runs: readonly Run[]): AnsweredRun[] {
  return answered(runs).filter(({ loss }) => Number.isFinite(loss));
}
