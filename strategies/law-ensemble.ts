import { HALF_WIDTH_80 } from "../src/statistics/distributions.ts";
import type { AnsweredRun, Run, RunConfig } from "../src/task/configuration.ts";
import type { Rng } from "../src/task/random.ts";
import type { Query, Strategy } from "../src/task/strategy.ts";
import type { Task } from "../src/task/task.ts";
import { Budget, buyOpeningRuns, sizeCandidates, spendRest } from "./asking/index.ts";
import {
  FAMILIES,
  fitFamily,
  type LawFamily,
  literatureSubmission,
  logScalesOf,
  lowestSize,
  type Noise,
  noiseAt,
  particles,
  targetLosses,
  targetSizes,
  testedNoise,
  toSubmission,
} from "./believing/index.ts";
import { comparable, recipeAt } from "./reading/index.ts";

/** Laws drawn per family: while choosing runs, and for the submission. */
const DRAWS = { choosing: 20, submitting: 150 };
/** Answers simulated per candidate. */
const OUTCOMES = 8;
/** Runs bought before laws are drawn again. */
const BATCH = 3;
/** Added to a run's cost, as a share of the cap: without it, cheap runs would look nearly free. */
const FIXED_COST = 1 / 25;
const MOST_RUNS = 40;
const LEVEL = 0.8;
/** Error that all laws share per factor of e beyond the data, in nats, since none of them is exact. */
const COMMON_ERROR = 0.025;
/** Power of the evidence that weights a family: all families are approximate, so large ratios mean little. */
const TEMPERING = 0.3;
/** A member with less than this share of the average weight is dropped. */
const NEGLIGIBLE = 0.02;

/**
 * Idea: keep many importance-weighted laws of several families consistent with the runs (Chinchilla's, a saturating
 * one, Kaplan's, each under both token rules). Buy the run that lowers the expected regret of the best N most per cost;
 * submit the N of least expected regret, the median loss there and an interval of the draws.
 * Source: Bayesian decision theory (knowledge gradient, Frazier et al. 2008) over the families of the literature.
 * Knobs: 20 and 150 laws per family, 8 simulated answers per candidate, the interval's level (0.8). It asks only
 * customary shapes and the learning rates 1e-4, 5e-4 and 1e-3, since it knows that the 2025 endpoint answers from a
 * table of those. Regime guard as in optimal-design.
 * Fails when the world belongs to no family: the families resemble each other more than the world.
 */
export const lawEnsemble: Strategy = {
  name: "law-ensemble",
  summary: "laws of several families weighted by the runs; buys what lowers expected regret most per cost",
  flopsOnly: true,

  *queries(task, rng) {
    const budget = new Budget(task);
    yield* buyOpeningRuns(budget, task);
    while (budget.asked() < MOST_RUNS) {
      const choices = mostInformative(sizeCandidates(budget, task), budget.runs(), task, rng);
      if (choices.length === 0) break;
      yield* budget.buy(choices);
    }
    return yield* spendRest(budget, task);
  },

  recommend(runs, task, rng) {
    const ensemble = drawEnsemble(comparable(runs), task, DRAWS.submitting, rng);
    if (!ensemble) return literatureSubmission(task, runs);
    const { members, logSizes, noise } = ensemble;
    const weights = Float64Array.from(members, ({ weight }) => weight);
    const expected = new Float64Array(logSizes.length);
    for (const { target, weight } of members)
      for (let index = 0; index < expected.length; index++) expected[index]! += weight * target[index]!;
    const { index } = leastRegret(ensemble, weights);
    const losses = members.map(({ target }) => target[index]!);
    const beyond = HALF_WIDTH_80 * COMMON_ERROR * Math.log(task.target / noise.largest);
    const [low, middle, high] = [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2].map((p) =>
      weightedQuantile(losses, weights, p),
    ) as [number, number, number];
    const widened = (half: number) => Math.sqrt(half * half + beyond * beyond);
    const interval = { level: LEVEL, low: middle - widened(middle - low), high: middle + widened(high - middle) };
    const recipe = recipeAt(task.target, runs, task);
    const N = Math.exp(lowestSize(expected, logSizes));
    return toSubmission({ N, loss: middle, ...recipe, interval, law: familyShares(ensemble) }, task);
  },
};

/** The candidates that lower expected regret most per cost, with their reasons. */
function mostInformative(candidates: readonly Query[], runs: readonly Run[], task: Task, rng: Rng): Query[] {
  const ensemble = drawEnsemble(comparable(runs), task, DRAWS.choosing, rng);
  if (!ensemble)
    return candidates.slice(0, BATCH).map((query) => ({ ...query, reason: "too few answers to compare candidates" }));
  const weights = Float64Array.from(ensemble.members, ({ weight }) => weight);
  const now = leastRegret(ensemble, weights).regret;
  const simulated = Array.from({ length: OUTCOMES }, () => drawIndex(weights, rng));
  const scored = candidates.map((query) => {
    const expected = regretAfter(query, ensemble, weights, simulated);
    const fall = Math.max(0, now - expected);
    return { query, fall, score: fall / (query.trainFlops + FIXED_COST * task.cap) };
  });
  return scored
    .toSorted((a, b) => b.score - a.score)
    .slice(0, BATCH)
    .map(({ query, fall }) => {
      const reason = `lowers the expected regret of ${now.toFixed(4)} nats by ${fall.toFixed(4)}, among the most per cost`;
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

/** One law consistent with the runs, with its probability. */
interface Member {
  readonly family: LawFamily;
  readonly lossOf: ReturnType<LawFamily["lossAt"]>;
  /** Adds up to one over the ensemble. */
  readonly weight: number;
  /** Loss at each of the target's sizes, in nats. */
  readonly target: Float64Array;
  /** The least of them. */
  readonly best: number;
}

/** Laws of several families consistent with the runs. */
interface Ensemble {
  readonly members: readonly Member[];
  readonly logSizes: readonly number[];
  readonly noise: Noise;
}

/** Draws from every family's posterior, families weighted by tempered evidence; undefined below three runs. */
function drawEnsemble(runs: readonly AnsweredRun[], task: Task, perFamily: number, rng: Rng): Ensemble | undefined {
  if (runs.length < 3) return undefined;
  const logSizes = targetSizes(task);
  // All families share one noise, so that their evidences compare: that of the family that predicts the largest budget
  // best.
  const noise = FAMILIES.map((family) => testedNoise(family, runs)).reduce((a, b) => (b.perLog < a.perLog ? b : a));
  const fitted = FAMILIES.flatMap((family) => {
    const posterior = fitFamily(family, runs, noise);
    return posterior ? [{ family, posterior }] : [];
  });
  if (fitted.length === 0) return undefined;
  const highest = Math.max(...fitted.map(({ posterior }) => posterior.logEvidence));
  const shares = fitted.map(({ posterior }) => Math.exp(TEMPERING * (posterior.logEvidence - highest)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const members = fitted.flatMap(({ family, posterior }, i) => {
    const lossesOf = targetLosses(family, logSizes, task);
    const losses = new Float64Array(perFamily * logSizes.length);
    return particles(posterior, perFamily, rng).map(({ x, weight }, draw) => {
      const target = lossesOf(x, losses.subarray(draw * logSizes.length, (draw + 1) * logSizes.length));
      return {
        family,
        lossOf: family.lossAt(x),
        weight: (weight * shares[i]!) / total,
        target,
        best: target.reduce((a, b) => Math.min(a, b)),
      };
    });
  });
  const finite = members.filter(
    ({ target, weight }) => weight > NEGLIGIBLE / perFamily && target.every(Number.isFinite),
  );
  const kept = finite.reduce((sum, { weight }) => sum + weight, 0);
  return kept > 0
    ? { members: finite.map((member) => ({ ...member, weight: member.weight / kept })), logSizes, noise }
    : undefined;
}

/** Every member's prediction of a run's loss, in nats. */
function predictions({ members }: Ensemble, config: RunConfig): Float64Array {
  const rules = new Set(members.map(({ family }) => family.tokenRule));
  const scales = new Map(Array.from(rules, (rule) => [rule, logScalesOf(config, rule)]));
  const predicted = new Float64Array(members.length);
  for (let i = 0; i < predicted.length; i++) {
    const { family, lossOf } = members[i]!;
    predicted[i] = lossOf(scales.get(family.tokenRule)!);
  }
  return predicted;
}

/** The size with the least expected regret under weights that add up to one, as an index, and that regret in nats. */
function leastRegret(
  { members, logSizes }: Ensemble,
  weights: Float64Array,
): { readonly index: number; readonly regret: number } {
  let ideal = 0;
  for (let i = 0; i < members.length; i++) ideal += weights[i]! * members[i]!.best;
  const expected = new Float64Array(logSizes.length);
  for (let i = 0; i < members.length; i++) {
    const weight = weights[i]!;
    if (weight < 1e-6) continue;
    const { target } = members[i]!;
    for (let index = 0; index < expected.length; index++) expected[index]! += weight * target[index]!;
  }
  let index = 0;
  for (let i = 1; i < expected.length; i++) if (expected[i]! < expected[index]!) index = i;
  return { index, regret: expected[index]! - ideal };
}

/** The value below which this share of the weight lies. */
function weightedQuantile(values: readonly number[], weights: Float64Array, probability: number): number {
  const order = values.map((_, i) => i).toSorted((a, b) => values[a]! - values[b]!);
  let below = 0;
  for (const i of order) {
    below += weights[i]!;
    if (below >= probability) return values[i]!;
  }
  return values[order.at(-1) as number]!;
}

/** Expected regret, in nats, of the best size after a run, averaged over simulated answers to it. */
function regretAfter(query: Query, ensemble: Ensemble, weights: Float64Array, simulated: readonly number[]): number {
  const predicted = predictions(ensemble, query);
  const sd = noiseAt(query.trainFlops, ensemble.noise);
  const updated = new Float64Array(weights.length);
  let sum = 0;
  for (const truth of simulated) {
    let total = 0;
    for (let i = 0; i < updated.length; i++) {
      const z = (predicted[i]! - predicted[truth]!) / sd;
      updated[i] = weights[i]! * Math.exp(-0.5 * z * z);
      total += updated[i]!;
    }
    for (let i = 0; i < updated.length; i++) updated[i]! /= total;
    sum += leastRegret(ensemble, updated).regret;
  }
  return sum / simulated.length;
}

/** The probability of each family, in words. */
function familyShares({ members }: Ensemble): string {
  const shares = new Map<string, number>();
  for (const { family, weight } of members) shares.set(family.name, (shares.get(family.name) ?? 0) + weight);
  return `weighted mean of laws: ${[...shares].map(([name, share]) => `${Math.round(100 * share)} % ${name}`).join("; ")}`;
}
