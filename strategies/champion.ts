import { nonEmbeddingParameters } from "../src/task/accounting.ts";
import { answered } from "../src/task/configuration.ts";
import { formatFlops } from "../src/task/quantity.ts";
import { realiseShape } from "../src/task/realise.ts";
import type { Query, Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import { bestChoice, drawParticles, expectedLoss } from "./champion/decision.ts";
import { chooseRuns } from "./champion/design.ts";
import { askedRates, askedShapes } from "./champion/grid.ts";
import { FAMILIES, fitMixture, type Mixture } from "./champion/mixture.ts";
import { sightOf } from "./champion/sight.ts";
import { asking } from "./moves/asking.ts";
import { literatureSubmission } from "./moves/literature.ts";
import { type Purse, purse } from "./moves/purse.ts";
import { submit } from "./moves/submit.ts";

/** Opening runs: this share of the cap each. */
const OPENING = [1 / 600, 1 / 200, 1 / 60];
/** Budgets worth a run, as shares of the cap. */
const BUDGETS = { least: 1 / 700, most: 0.31 };
/** Shares of the cap spent by the end of each stage, between which the surfaces are fitted again. */
const STAGES = [0.15, 0.4, 0.7, 1];
const MOST_PER_STAGE = 9;
/** Sizes asked lie within this factor of √(C/120). */
const REACH = 6;
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
export const champion: Strategy = {
  name: "champion",
  summary: "several families of whole surfaces; buys what lowers expected regret at the target most for its cost",

  *queries(task) {
    const wallet = purse(task);
    yield* wallet.buy(openingRuns(task));
    let mixture: Mixture | undefined;
    for (const share of STAGES) {
      const runs = answered(wallet.runs());
      if (runs.length < 4) return;
      mixture = fitMixture(runs, mixture ? mixture.fitted.map(({ family }) => family) : FAMILIES, mixture);
      const allotted = Math.min(wallet.left(), wallet.left() - (1 - share) * task.cap);
      const chosen = chooseRuns(candidates(wallet, task), mixture, task, allotted, MOST_PER_STAGE);
      yield* wallet.buy(chosen);
    }
  },

  recommend(runs, task, rng) {
    const known = answered(runs);
    if (known.length < 4) return literatureSubmission(task);
    const mixture = fitMixture(known, FAMILIES);
    const drawn = drawParticles(mixture, rng);
    if (drawn.length === 0) return literatureSubmission(task);
    const [logN, logRate, logAspect] = bestChoice((sight) => expectedLoss(drawn, sight), task);
    const shape = realiseShape(Math.exp(logN), task.admissible, Math.exp(logAspect));
    const learningRate = Math.exp(logRate);
    const batchSize = Math.min(...task.admissible.batchSizes);
    const sight = sightOf({ ...shape, learningRate, batchSize, trainFlops: task.target });
    const losses = drawn.map(({ family, x }) => family.loss(x, sight));
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

/** At each opening budget a size in the middle at every learning rate, and a smaller and a larger one. */
function openingRuns(task: Task): Query[] {
  const budgets = budgetsOf(task);
  const batchSize = Math.min(...task.admissible.batchSizes);
  const rates = askedRates(task);
  return OPENING.flatMap((share, level) => {
    const C = budgets.findLast((budget) => budget <= share * task.cap) ?? (budgets[0] as number);
    const shapes = askedShapes(C, task, 4).filter((shape) => shape.dModel > 64);
    const [small, middle, large] = [0.15, 0.5, 0.85].map((at) => shapes[Math.floor(at * shapes.length)]);
    const why = `opening at ${formatFlops(C)}`;
    const ask = (shape: typeof middle, learningRate: number | undefined, reason: string) =>
      shape && learningRate ? [asking(shape, { learningRate, batchSize }, C, task, `${why}: ${reason}`)] : [];
    const usual = rates[Math.floor(rates.length / 2)];
    const tuned = level === 0 ? rates : [rates[0], rates.at(-1)];
    return [
      ...tuned.flatMap((rate) => ask(middle, rate, "learning rates apart")),
      ...ask(small, usual, "a small model"),
      ...ask(large, usual, "a large model"),
    ];
  });
}

/** What may be bought next: sizes and learning rates of the trained grid at every budget worth it. */
function candidates(wallet: Purse, task: Task): Query[] {
  const batchSize = Math.min(...task.admissible.batchSizes);
  const rates = askedRates(task);
  return budgetsOf(task)
    .filter((C) => C >= BUDGETS.least * task.cap && C <= Math.min(BUDGETS.most * task.cap, wallet.left()))
    .flatMap((C) =>
      askedShapes(C, task, REACH).flatMap((shape) =>
        rates.map((learningRate) => asking(shape, { learningRate, batchSize }, C, task, "")),
      ),
    )
    .filter((query) => !wallet.knows(query));
}
