import type { Query } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";
import { gradientsAt } from "../believing/laplace.ts";
import type { Ingredients } from "./ingredients.ts";
import { type Mixture, scatterAt } from "./mixture.ts";
import { sightOf } from "./sight.ts";
import { type TargetGradients, targetGradients } from "./target-variance.ts";

/** The fall is divided by cost to this power: FLOPs are what is scarce, but runs are not free. */
const COST_EXPONENT = 0.45;
/** What is left to gain below these is not worth a run: nats of regret, nats of the loss. */
const ENOUGH = { regret: 3e-4, loss: 0.004 };

/** What a family's posterior is worth to the design: variances shrink run by run without a new fit. */
interface Belief {
  readonly weight: number;
  readonly covariance: Float64Array;
  readonly targets: TargetGradients;
  /** Of every candidate, and its noise variance. */
  readonly gradients: readonly Float64Array[];
  readonly noise: readonly number[];
}

export interface Choosing {
  readonly candidates: readonly Query[];
  readonly mixture: Mixture;
  readonly task: Task;
  /** The lowest and the highest learning rate that may be handed in. */
  readonly rates: readonly [number, number];
  /** FLOPs that may be spent. */
  readonly purse: number;
  /** How many runs at most. */
  readonly most: number;
  readonly aim: Ingredients["aim"];
}

/**
 * The runs to buy for `purse` FLOPs, chosen one after another: each the one with the largest relative fall of expected
 * regret and of the loss's variance at the target per cost^0.45, averaged over families; each with its reason.
 */
export function chooseRuns({ candidates, mixture, task, rates, purse, most, aim }: Choosing): Query[] {
  const beliefs = mixture.fitted.slice(0, 2).map((fit): Belief => {
    const { family, posterior, weight } = fit;
    const sights = candidates.map(sightOf);
    const surface = family.surfaceAt(posterior.mode);
    return {
      weight,
      covariance: posterior.covariance.slice(),
      targets: targetGradients(fit, task, rates),
      gradients: gradientsAt((x) => sights.map(family.surfaceAt(x)), posterior.mode),
      noise: sights.map((sight) => {
        const sd = scatterAt(surface(sight), sight.logC, mixture.scatter);
        return sd * sd;
      }),
    };
  });
  const chosen: Query[] = [];
  const taken = new Set<number>();
  for (let left = purse; chosen.length < most; ) {
    let best: { i: number; score: number } | undefined;
    const before = beliefs.map(outlook);
    for (const [i, { trainFlops }] of candidates.entries()) {
      if (trainFlops > left || taken.has(i)) continue;
      let gain = 0;
      for (const [k, belief] of beliefs.entries()) gain += belief.weight * relativeFall(belief, before[k]!, i, aim);
      const score = gain / Math.exp(COST_EXPONENT * Math.log(trainFlops));
      if (!best || score > best.score) best = { i, score };
    }
    if (!best || !(best.score > 0)) break;
    const query = candidates[best.i] as Query;
    for (const belief of beliefs) condition(belief, best.i);
    taken.add(best.i);
    left -= query.trainFlops;
    chosen.push({ ...query, reason: reasonOf(before[0]!, outlook(beliefs[0]!)) });
  }
  return chosen;
}

interface Outlook {
  readonly regret: number;
  readonly loss: number;
}

function outlook({ covariance, targets }: Belief): Outlook {
  return {
    regret: targets.regret.reduce((sum, gradient) => sum + product(gradient, covariance, gradient), 0),
    loss: product(targets.loss, covariance, targets.loss),
  };
}

function relativeFall(
  { covariance, targets, gradients, noise }: Belief,
  before: Outlook,
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

/** The covariance once the run is answered. */
function condition({ covariance, gradients, noise }: Belief, i: number): void {
  const shared = times(covariance, gradients[i]!);
  const predictive = dot(shared, gradients[i]!) + noise[i]!;
  const size = shared.length;
  for (let a = 0; a < size; a++)
    for (let b = 0; b < size; b++) covariance[a * size + b]! -= (shared[a]! * shared[b]!) / predictive;
}

function reasonOf(before: Outlook, after: Outlook): string {
  const nats = (value: number) => value.toFixed(4);
  const sd = (value: number) => Math.sqrt(Math.max(0, value)).toFixed(3);
  return `expected regret at the target ${nats(before.regret)} to ${nats(after.regret)}, sd of its loss ${sd(before.loss)} to ${sd(after.loss)}: the largest fall for its cost`;
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
