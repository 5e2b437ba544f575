import type { AnsweredRun, Run } from "../src/task/configuration.ts";
import type { Query, Strategy } from "../src/task/strategy.ts";
import type { Task } from "../src/task/task.ts";
import { purse } from "./asking/budget.ts";
import { candidates, openingRuns } from "./asking/candidates.ts";
import { learningRateAt } from "./asking/learning-rate.ts";
import { FAMILIES, type LawFamily, sightOf } from "./believing/families.ts";
import { gradientAt, type Posterior } from "./believing/laplace.ts";
import { literatureSubmission } from "./believing/literature.ts";
import { submit } from "./believing/submit.ts";
import { lowestSize, targetLosses, targetSizes } from "./believing/target-sizes.ts";
import { fitFamily, type Noise, noiseAt, testedNoise } from "./believing/trust.ts";
import { comparable } from "./reading/comparable.ts";

/** The families a design may linearise: Chinchilla's law under both accounts of compute. */
const LAWS = FAMILIES.slice(0, 2);
/** Information is divided by cost to this power. */
const COST_EXPONENT = 0.4;
/** What an error of one in ln N* is worth beside one nat in the loss. */
const SIZE_WEIGHT = 0.1;
/** What a law's promise is off by per factor of e beyond its data, in nats: laws that fit alike differ by as much. */
const EXTRAPOLATION = 0.025;
const MOST_RUNS = 40;
const INTERVAL = { level: 0.8, deviations: 1.2816 };

/**
 * Idea: of all runs on sale buy the one that is expected to shrink the variance of the joint target most, per cost^0.4:
 * the loss at the target over a grid of sizes, and ln N*. Chinchilla's law is linearised at its most probable variables
 * and fitted again after each run. A regime guard: no run below cap/300, and by as much as a fit without the largest
 * budget fails to predict it, cheaper runs are trusted less.
 * Source: greedy pre-posterior design as in arXiv 2604.22753, adapted. Knobs: the cost's exponent (0.4), the weight of
 * ln N* (0.1 nats), interval at 0.8. Asks customary shapes and the learning rates 1e-4, 5e-4 and 1e-3 only: knowledge of the
 * 2025 endpoint, which answers from a table of them.
 * Fails when the law is another: the design is optimal for a question the world does not ask.
 */
export const optimalDesign: Strategy = {
  name: "optimal-design",
  summary: "buy what shrinks the variance of loss and ln N* at the target most, per cost^0.4",

  *queries(task) {
    const wallet = purse(task);
    yield* openingRuns(wallet, task);
    while (wallet.runs().length < MOST_RUNS) {
      const choice = bestCandidate(candidates(wallet, task), wallet.runs(), task);
      if (!choice) return;
      yield* wallet.buy([choice]);
    }
  },

  recommend(runs, task) {
    const fitted = likelierLaw(comparable(runs));
    if (!fitted) return literatureSubmission(task);
    const { family, posterior, noise } = fitted;
    const logSizes = targetSizes(task);
    const logN = lowestSize(targetLosses(family, posterior.mode, logSizes, task), logSizes);
    const lossAt = (x: Float64Array) => targetLosses(family, x, [logN], task)[0]!;
    const loss = lossAt(posterior.mode);
    const gradient = gradientAt(lossAt, posterior.mode);
    const beyond = Math.max(noise.perLog, EXTRAPOLATION) * Math.log(task.target / noise.largest);
    const sd = Math.sqrt(product(gradient, posterior.covariance, gradient) + beyond * beyond);
    const half = INTERVAL.deviations * sd;
    const learningRate = learningRateAt(task.target, runs, task);
    const interval = { level: INTERVAL.level, low: loss - half, high: loss + half };
    const law = `${family.name}: E ${posterior.mode[0]!.toFixed(2)}, α ${posterior.mode[3]!.toFixed(3)}, β ${posterior.mode[4]!.toFixed(3)}`;
    return submit({ N: Math.exp(logN), loss, learningRate, interval, law }, task);
  },
};

/** The candidate with the largest fall in the target's variance per cost^0.4, with its reason. */
function bestCandidate(questions: readonly Query[], runs: readonly Run[], task: Task): Query | undefined {
  const fitted = likelierLaw(comparable(runs));
  if (questions.length === 0) return undefined;
  if (!fitted) return { ...(questions[0] as Query), reason: "too few answers to weigh runs" };
  const { family, posterior, noise } = fitted;
  const targets = targetGradients(family, posterior, task);
  const scored = questions.map((query) => {
    const gradient = gradientAt((x) => family.loss(x, sightOf(query, family.account)), posterior.mode);
    const noiseSd = noiseAt(query.trainFlops, noise);
    const predictive = product(gradient, posterior.covariance, gradient) + noiseSd * noiseSd;
    const fall = targets.reduce((sum, { weight, of }) => {
      const shared = product(of, posterior.covariance, gradient);
      return sum + (weight * shared * shared) / predictive;
    }, 0);
    return { query, fall, score: fall / Math.exp(COST_EXPONENT * Math.log(query.trainFlops)) };
  });
  const best = scored.reduce((top, other) => (other.score > top.score ? other : top));
  const reason = `the largest fall in the target's variance per cost^0.4: sd by ${Math.sqrt(best.fall).toFixed(4)}`;
  return { ...best.query, reason };
}

/** How the loss at sizes around the optimum, and ln N*, move with the law's variables. */
function targetGradients(family: LawFamily, { mode }: Posterior, task: Task) {
  const all = targetSizes(task);
  const best = lowestSize(targetLosses(family, mode, all, task), all);
  const near = all.filter((logN) => Math.abs(logN - best) < Math.LN2);
  const lossTargets = near.map((logN) => ({
    weight: 1 / near.length,
    of: gradientAt((x) => targetLosses(family, x, [logN], task)[0]!, mode),
  }));
  const size = {
    weight: SIZE_WEIGHT * SIZE_WEIGHT,
    of: gradientAt((x) => lowestSize(targetLosses(family, x, all, task), all), mode),
  };
  return [...lossTargets, size];
}

/** The more probable of the laws, fitted with the noise its own test allows. */
function likelierLaw(runs: readonly AnsweredRun[]) {
  if (runs.length < 3) return undefined;
  let best: { readonly family: LawFamily; readonly posterior: Posterior; readonly noise: Noise } | undefined;
  for (const family of LAWS) {
    const noise = testedNoise(family, runs);
    const posterior = fitFamily(family, runs, noise);
    if (posterior && (!best || posterior.logEvidence > best.posterior.logEvidence)) best = { family, posterior, noise };
  }
  return best;
}

function product(a: Float64Array, matrix: Float64Array, b: Float64Array): number {
  const size = a.length;
  let sum = 0;
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) sum += a[i]! * matrix[i * size + j]! * b[j]!;
  return sum;
}
