import { nonEmbeddingParameters } from "../src/task/accounting.ts";
import { type AnsweredRun, answered } from "../src/task/configuration.ts";
import { realiseShape } from "../src/task/realise.ts";
import type { Query, Strategy } from "../src/task/strategy.ts";
import type { Task } from "../src/task/task.ts";
import { bestChoice, drawParticles, expectedLoss, likeliest } from "./champion/decision.ts";
import { chooseRuns } from "./champion/design.ts";
import { askedRates } from "./champion/grid.ts";
import { ALL_INGREDIENTS, type Ingredients } from "./champion/ingredients.ts";
import { fitMixture, type Mixture } from "./champion/mixture.ts";
import { offers } from "./champion/offers.ts";
import { openingRuns } from "./champion/opening.ts";
import { sightOf } from "./champion/sight.ts";
import { asking } from "./moves/asking.ts";
import { literatureSubmission } from "./moves/literature.ts";
import { purse } from "./moves/purse.ts";
import { submit } from "./moves/submit.ts";

const MOST_PER_STAGE = 9;
const LEVEL = 0.8;
/** Standard normal deviate of the interval's ends. */
const DEVIATE = 1.2816;
/** What surfaces are off by that fit alike, in nats per factor of e beyond the largest budget. */
const COMMON_ERROR = 0.004;

/**
 * Idea: fit whole surfaces, hyper-parameters included, of several families at once: laws with layers, and the surface
 * calibrated to the 2025 endpoint; weigh them by tempered evidence. Buy, stage by stage, the runs after which the regret
 * of deciding size, learning rate and shape at the target, and the variance of its loss, are expected to be least for
 * their cost; submit what the mixture expects to lose least, beyond the query box where the surfaces say so.
 * Source: Bayesian decision-theoretic design (Lindley 1956; Chaloner and Verdinelli 1995), Laplace's approximation.
 * Knobs: stages, cost^0.45, tempering 0.6, and the families' beliefs (docs/champion.md says how they were chosen).
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
      for (const [stage, share] of made.stages.entries()) {
        if (made.recheck && stage > 0 && stage === made.stages.length - 1)
          yield* wallet.buy(recheck(answered(wallet.runs()), task, made.trainedOnly));
        const runs = answered(wallet.runs());
        if (runs.length < 4) return;
        mixture = fitMixture(runs, made, mixture);
        const allotted = Math.min(wallet.left(), wallet.left() - (1 - share) * task.cap);
        const chosen = chooseRuns(
          offers(wallet, task, made.trainedOnly),
          mixture,
          task,
          allotted,
          MOST_PER_STAGE,
          made.aim,
        );
        yield* wallet.buy(chosen);
      }
    },

    recommend(runs, task, rng) {
      const known = answered(runs);
      if (known.length < 4) return literatureSubmission(task);
      const mixture = fitMixture(known, made);
      const drawn = made.integrate ? drawParticles(mixture, rng) : likeliest(mixture);
      if (drawn.length === 0) return literatureSubmission(task);
      const [logN, logRate, logAspect] = bestChoice((sight) => expectedLoss(drawn, sight), task);
      const shape = realiseShape(Math.exp(logN), task.admissible, Math.exp(logAspect));
      const learningRate = Math.exp(logRate);
      const batchSize = Math.min(...task.admissible.batchSizes);
      const sight = sightOf({ ...shape, learningRate, batchSize, trainFlops: task.target });
      const losses = drawn.map(({ surface }) => surface(sight));
      const mean = losses.reduce((sum, loss, i) => sum + drawn[i]!.weight * loss, 0);
      const variance = losses.reduce((sum, loss, i) => sum + drawn[i]!.weight * (loss - mean) * (loss - mean), 0);
      const beyond = COMMON_ERROR * (Math.log(task.target) - mixture.scatter.logTop);
      const borneOut = mixture.fitted.reduce((sum, { family, weight }) => sum + weight * family.borneOut, 0);
      const half = borneOut * DEVIATE * Math.sqrt(variance + beyond * beyond);
      return submit(
        {
          N: nonEmbeddingParameters(shape),
          loss: mean,
          learningRate,
          batchSize,
          aspectRatio: shape.dModel / shape.numLayers,
          interval: { level: LEVEL, low: mean - half, high: mean + half },
          law: mixture.fitted.map(({ family, weight }) => `${Math.round(100 * weight)} % ${family.name}`).join("; "),
        },
        task,
      );
    },
  };
}

/** The best size of the largest budget at the nearest learning rate it has not been trained at there. */
function recheck(runs: readonly AnsweredRun[], task: Task, trainedOnly: boolean): Query[] {
  const top = Math.max(...runs.map(({ trainFlops }) => trainFlops));
  const {
    loss: _,
    status,
    ...best
  } = runs.filter(({ trainFlops }) => trainFlops === top).reduce((least, run) => (run.loss < least.loss ? run : least));
  const seen = runs.filter(
    (run) => run.trainFlops === top && nonEmbeddingParameters(run) === nonEmbeddingParameters(best),
  );
  const distance = (rate: number) => Math.abs(Math.log(rate / best.learningRate));
  const other = askedRates(task, trainedOnly)
    .filter((rate) => !seen.some(({ learningRate }) => learningRate === rate))
    .toSorted((a, b) => distance(a) - distance(b))[0];
  if (other === undefined || seen.length > 1) return [];
  const { batchSize } = best;
  return [
    asking(
      best,
      { learningRate: other, batchSize },
      top,
      task,
      "the best size of the largest budget at another learning rate",
    ),
  ];
}
