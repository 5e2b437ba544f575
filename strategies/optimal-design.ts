import { HALF_WIDTH_80 } from "../src/statistics/distributions.ts";
import type { AnsweredRun, Run } from "../src/task/configuration.ts";
import type { Query, Strategy } from "../src/task/strategy.ts";
import type { Task } from "../src/task/task.ts";
import { Budget, buyOpeningRuns, sizeCandidates, spendRest } from "./asking/index.ts";
import {
  FAMILIES,
  fitFamily,
  gradientAt,
  type LawFamily,
  literatureSubmission,
  logScalesOf,
  lowestSize,
  type Noise,
  noiseAt,
  type Posterior,
  targetLosses,
  targetSizes,
  testedNoise,
  toSubmission,
} from "./believing/index.ts";
import { comparable, recipeAt } from "./reading/index.ts";

/** The families that the design linearizes: Chinchilla's law under both token rules. */
const LAWS = FAMILIES.slice(0, 2);
/** Information is divided by cost to this power. */
const COST_EXPONENT = 0.4;
/** Weight of an error of one in ln N*, in nats of the loss. */
const SIZE_WEIGHT = 0.1;
/** Error of a law's extrapolation per factor of e beyond its data, in nats: laws that fit alike differ by as much. */
const EXTRAPOLATION = 0.025;
const MOST_RUNS = 40;

/**
 * Idea: buy the run that is expected to lower the variance of the joint target most, per cost^0.4: the loss at the
 * target over a grid of sizes, and ln N*. Chinchilla's law is linearized at its posterior mode and fitted again after
 * each run. A regime guard: no run below cap/300, and the worse a fit without the largest budget predicts that budget,
 * the less cheaper runs count.
 * Source: greedy pre-posterior design as in arXiv 2604.22753, adapted. Knobs: the cost's exponent (0.4), the weight of
 * ln N* (0.1 nats), interval at 0.8. It asks only for customary shapes and the learning rates 1e-4, 5e-4 and 1e-3,
 * since it knows that the 2025 endpoint answers from a table of those.
 * Fails when the world follows another law: the design is optimal only for its own.
 */
export const optimalDesign: Strategy = {
  name: "optimal-design",
  summary: "buys what lowers the variance of loss and ln N* at the target most, per cost^0.4",
  flopsOnly: true,

  *queries(task) {
    const budget = new Budget(task);
    yield* buyOpeningRuns(budget, task);
    while (budget.asked() < MOST_RUNS) {
      const choice = bestCandidate(sizeCandidates(budget, task), budget.runs(), task);
      if (!choice) break;
      yield* budget.buy([choice]);
    }
    return yield* spendRest(budget, task);
  },

  recommend(runs, task) {
    const fitted = likelierLaw(comparable(runs));
    if (!fitted) return literatureSubmission(task, runs);
    const { family, posterior, noise } = fitted;
    const logSizes = targetSizes(task);
    const logN = lowestSize(targetLosses(family, logSizes, task)(posterior.mode), logSizes);
    const losses = targetLosses(family, [logN], task);
    const lossAt = (x: Float64Array) => losses(x)[0]!;
    const loss = lossAt(posterior.mode);
    const gradient = gradientAt(lossAt, posterior.mode);
    const beyond = Math.max(noise.perLog, EXTRAPOLATION) * Math.log(task.target / noise.largest);
    const sd = Math.sqrt(product(gradient, posterior.covariance, gradient) + beyond * beyond);
    const half = HALF_WIDTH_80 * sd;
    const recipe = recipeAt(task.target, runs, task);
    const interval = { level: 0.8, low: loss - half, high: loss + half };
    const law = `${family.name}: E ${posterior.mode[0]!.toFixed(2)}, α ${posterior.mode[3]!.toFixed(3)}, β ${posterior.mode[4]!.toFixed(3)}`;
    return toSubmission({ N: Math.exp(logN), loss, ...recipe, interval, law }, task);
  },
};

/** The candidate that lowers the target's variance most per cost^0.4, with its reason. */
function bestCandidate(candidates: readonly Query[], runs: readonly Run[], task: Task): Query | undefined {
  const fitted = likelierLaw(comparable(runs));
  if (candidates.length === 0) return undefined;
  if (!fitted) return { ...(candidates[0] as Query), reason: "too few answers to compare candidates" };
  const { family, posterior, noise } = fitted;
  const targets = targetGradients(family, posterior, task);
  const lossOf = family.lossAt(posterior.mode);
  const gradient = new Float64Array(posterior.mode.length);
  const scored = candidates.map((query) => {
    lossOf(logScalesOf(query, family.tokenRule), gradient);
    const noiseSd = noiseAt(query.trainFlops, noise);
    const predictive = product(gradient, posterior.covariance, gradient) + noiseSd * noiseSd;
    const fall = targets.reduce((sum, { weight, of }) => {
      const shared = product(of, posterior.covariance, gradient);
      return sum + (weight * shared * shared) / predictive;
    }, 0);
    return { query, fall, score: fall / Math.exp(COST_EXPONENT * Math.log(query.trainFlops)) };
  });
  const best = scored.reduce((top, other) => (other.score > top.score ? other : top));
  const reason = `best variance reduction at the target per cost^0.4 (sd ${Math.sqrt(best.fall).toFixed(4)})`;
  return { ...best.query, reason };
}

/** Gradients of the loss at sizes around the optimum, and of ln N*, in the law's variables. */
function targetGradients(family: LawFamily, { mode }: Posterior, task: Task) {
  const all = targetSizes(task);
  const lossesOfAll = targetLosses(family, all, task);
  const best = lowestSize(lossesOfAll(mode), all);
  const near = all.filter((logN) => Math.abs(logN - best) < Math.LN2);
  const lossTargets = near.map((logN) => {
    const losses = targetLosses(family, [logN], task);
    return { weight: 1 / near.length, of: gradientAt((x) => losses(x)[0]!, mode) };
  });
  const size = {
    weight: SIZE_WEIGHT * SIZE_WEIGHT,
    of: gradientAt((x) => lowestSize(lossesOfAll(x), all), mode),
  };
  return [...lossTargets, size];
}

/** The more probable of the laws, each fitted with the noise of its own regime test. */
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
