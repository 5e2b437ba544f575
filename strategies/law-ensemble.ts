import type { Run } from "../src/task/configuration.ts";
import type { Rng } from "../src/task/random.ts";
import type { Query, Strategy } from "../src/task/strategy.ts";
import type { Task } from "../src/task/task.ts";
import { purse } from "./asking/budget.ts";
import { candidates, openingRuns } from "./asking/candidates.ts";
import { learningRateAt } from "./asking/learning-rate.ts";
import {
  drawEnsemble,
  familyShares,
  leastRegret,
  regretAfter,
  weightedQuantile,
  weightsOf,
} from "./believing/ensemble.ts";
import { literatureSubmission } from "./believing/literature.ts";
import { submit } from "./believing/submit.ts";
import { lowestSize } from "./believing/target-sizes.ts";
import { comparable } from "./reading/comparable.ts";

/** Laws drawn per family: while choosing runs, and for the submission. */
const DRAWS = { choosing: 20, submitting: 150 };
/** Answers imagined per candidate. */
const OUTCOMES = 8;
/** Runs bought before laws are drawn afresh. */
const AT_ONCE = 3;
/** What a run costs beside its FLOPs, as a share of the cap: runs are few, so cheap ones are not nearly free. */
const EFFORT = 1 / 25;
const MOST_RUNS = 40;
const LEVEL = 0.8;
/** What all laws together are off by per factor of e beyond the data, in nats: none of them is the world. */
const COMMON_ERROR = 0.025;

/**
 * Idea: keep many laws of several families that the runs allow (Chinchilla's, a saturating one, Kaplan's, each under
 * both accounts of compute), importance-weighted. Buy the run after which the best choice of N is expected to regret
 * least, per cost; submit the N of least expected regret, the mean loss there and the particles' interval.
 * Source: Bayesian decision theory (knowledge gradient, Frazier et al. 2008) over the families of the literature.
 * Knobs: 20 and 150 laws per family, 8 imagined answers per candidate, the interval's level (0.8). Asks customary shapes
 * and the learning rates 1e-4, 5e-4 and 1e-3 only: knowledge of the 2025 endpoint, which answers from a table of them. Regime guard as in optimal-design.
 * Fails when the world is in no family: the families agree with each other more than any agrees with it.
 */
export const lawEnsemble: Strategy = {
  name: "law-ensemble",
  summary: "laws of several families weighed by the runs; buy what cuts the expected regret most per cost",

  *queries(task, rng) {
    const wallet = purse(task);
    yield* openingRuns(wallet, task);
    while (wallet.runs().length < MOST_RUNS) {
      const choices = mostInformative(candidates(wallet, task), wallet.runs(), task, rng);
      if (choices.length === 0) return;
      yield* wallet.buy(choices);
    }
  },

  recommend(runs, task, rng) {
    const ensemble = drawEnsemble(comparable(runs), task, DRAWS.submitting, rng);
    if (!ensemble) return literatureSubmission(task);
    const { members, logSizes, noise } = ensemble;
    const weights = weightsOf(ensemble);
    const expected = Float64Array.from(logSizes, (_, index) =>
      members.reduce((sum, { target, weight }) => sum + weight * target[index]!, 0),
    );
    const { index } = leastRegret(ensemble, weights);
    const losses = members.map(({ target }) => target[index]!);
    const beyond = 1.2816 * COMMON_ERROR * Math.log(task.target / noise.largest);
    const [low, middle, high] = [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2].map((p) =>
      weightedQuantile(losses, weights, p),
    ) as [number, number, number];
    const widened = (half: number) => Math.sqrt(half * half + beyond * beyond);
    const interval = { level: LEVEL, low: middle - widened(middle - low), high: middle + widened(high - middle) };
    const learningRate = learningRateAt(task.target, runs, task);
    const N = Math.exp(lowestSize(expected, logSizes));
    return submit({ N, loss: middle, learningRate, interval, law: familyShares(ensemble) }, task);
  },
};

/** The candidates with the largest falls in expected regret per cost, with their reasons. */
function mostInformative(questions: readonly Query[], runs: readonly Run[], task: Task, rng: Rng): Query[] {
  const ensemble = drawEnsemble(comparable(runs), task, DRAWS.choosing, rng);
  if (!ensemble)
    return questions.slice(0, AT_ONCE).map((query) => ({ ...query, reason: "too few answers to weigh runs" }));
  const weights = weightsOf(ensemble);
  const now = leastRegret(ensemble, weights).regret;
  const imagined = Array.from({ length: OUTCOMES }, () => drawIndex(weights, rng));
  const scored = questions.map((query) => {
    const expected = regretAfter(query, ensemble, weights, imagined);
    const fall = Math.max(0, now - expected);
    return { query, fall, score: fall / (query.trainFlops + EFFORT * task.cap) };
  });
  return scored
    .toSorted((a, b) => b.score - a.score)
    .slice(0, AT_ONCE)
    .map(({ query, fall }) => {
      const reason = `expected regret ${now.toFixed(4)} falls by ${fall.toFixed(4)} nats, among the most per cost`;
      return { ...query, reason };
    });
}

function drawIndex(weights: Float64Array, rng: Rng): number {
  let left = rng();
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return weights.length - 1;
}
