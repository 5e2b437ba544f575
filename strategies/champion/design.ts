import type { Query } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";
import { gradientsAt } from "../believing/index.ts";
import type { Ingredients } from "./ingredients.ts";
import { type Mixture, scatterAt } from "./mixture.ts";
import { logFeaturesOf } from "./surface-family.ts";
import { type TargetGradients, targetGradients } from "./target-variance.ts";

/** The gain is divided by cost to this power: below one, since a run also costs one of few stages. */
const COST_EXPONENT = 0.45;
/** Little is gained below these: nats of regret, nats of the loss's standard deviation. */
const ENOUGH = { regret: 3e-4, loss: 0.004 };

/** A family's posterior during the design: its covariance shrinks run by run without a new fit. */
interface DesignPosterior {
  readonly weight: number;
  readonly covariance: Float64Array;
  readonly targets: TargetGradients;
  /** Gradient of every candidate's loss, and its noise variance. */
  readonly gradients: readonly Float64Array[];
  readonly noise: readonly number[];
}

/** What the design chooses from, and under which limits. */
export interface DesignProblem {
  readonly candidates: readonly Query[];
  readonly mixture: Mixture;
  readonly task: Task;
  /** The lowest and the highest learning rate that may be submitted. */
  readonly rates: readonly [number, number];
  /** FLOPs that may be spent. */
  readonly flops: number;
  /** How many runs at most. */
  readonly most: number;
  readonly aim: Ingredients["aim"];
}

/**
 * The runs to buy for `flops`, chosen one after another, each with its reason: the one that lowers expected regret and the
 * variance of the loss at the target most, relative to now, per cost^0.45, averaged over families.
 */
export function chooseQueries({ candidates, mixture, task, rates, flops, most, aim }: DesignProblem): Query[] {
  const posteriors = mixture.fitted.slice(0, 2).map((fit): DesignPosterior => {
    const { family, posterior, weight } = fit;
    const features = candidates.map(logFeaturesOf);
    const surface = family.surfaceAt(posterior.mode);
    return {
      weight,
      covariance: posterior.covariance.slice(),
      targets: targetGradients(fit, task, rates),
      gradients: gradientsAt((x) => features.map(family.surfaceAt(x)), posterior.mode),
      noise: features.map((features) => {
        const sd = scatterAt(surface(features), features.logC, mixture.scatter);
        return sd * sd;
      }),
    };
  });
  const chosen: Query[] = [];
  const taken = new Set<number>();
  for (let left = flops; chosen.length < most; ) {
    let best: { i: number; score: number } | undefined;
    const before = posteriors.map(uncertaintyOf);
    for (const [i, { trainFlops }] of candidates.entries()) {
      if (trainFlops > left || taken.has(i)) continue;
      let gain = 0;
      for (const [k, current] of posteriors.entries())
        gain += current.weight * relativeFall(current, before[k]!, i, aim);
      const score = gain / Math.exp(COST_EXPONENT * Math.log(trainFlops));
      if (!best || score > best.score) best = { i, score };
    }
    if (!best || !(best.score > 0)) break;
    const query = candidates[best.i] as Query;
    for (const current of posteriors) condition(current, best.i);
    taken.add(best.i);
    left -= query.trainFlops;
    chosen.push({ ...query, reason: reasonOf(before[0]!, uncertaintyOf(posteriors[0]!)) });
  }
  return chosen;
}

/** Expected regret in nats, and the variance of the loss, both at the target. */
interface Uncertainty {
  readonly regret: number;
  readonly loss: number;
}

function uncertaintyOf({ covariance, targets }: DesignPosterior): Uncertainty {
  return {
    regret: targets.regret.reduce((sum, gradient) => sum + product(gradient, covariance, gradient), 0),
    loss: product(targets.loss, covariance, targets.loss),
  };
}

function relativeFall(
  { covariance, targets, gradients, noise }: DesignPosterior,
  before: Uncertainty,
  i: number,
  aim: Ingredients["aim"],
): number {
  const shared = times(covariance, gradients[i]!);
  const predictive = dot(shared, gradients[i]!) + noise[i]!;
  const fall = (gradient: Float64Array) => {
    const along = dot(gradient, shared);
    return (along * along) / predictive;
  };
  const regret = targets.regret.reduce((sum, gradient) => sum + fall(gradient), 0) / (before.regret + ENOUGH.regret);
  const loss = fall(targets.loss) / (before.loss + ENOUGH.loss * ENOUGH.loss);
  return (aim === "loss" ? 0 : regret) + (aim === "regret" ? 0 : loss);
}

/** Updates the covariance as if the run were answered. */
function condition({ covariance, gradients, noise }: DesignPosterior, i: number): void {
  const shared = times(covariance, gradients[i]!);
  const predictive = dot(shared, gradients[i]!) + noise[i]!;
  const size = shared.length;
  for (let a = 0; a < size; a++)
    for (let b = 0; b < size; b++) covariance[a * size + b]! -= (shared[a]! * shared[b]!) / predictive;
}

function reasonOf(before: Uncertainty, after: Uncertainty): string {
  const nats = (value: number) => value.toFixed(4);
  const sd = (value: number) => Math.sqrt(Math.max(0, value)).toFixed(3);
  return `best for its cost: expected regret at the target falls from ${nats(before.regret)} to ${nats(after.regret)} nats, sd of the loss from ${sd(before.loss)} to ${sd(after.loss)}`;
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  return vector.map((_, a) => {
    let sum = 0;
    for (let b = 0; b < size; b++) sum += matrix[a * size + b]! * vector[b]!;
    return sum;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function product(a: Float64Array, matrix: Float64Array, b: Float64Array): number {
  return dot(a, times(matrix, b));
}
