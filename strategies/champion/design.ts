import type { Query } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";
import { gradientAt, gradientsAt } from "../believing/index.ts";
import { bestChoice, type Choice, logFeaturesAt } from "./decision.ts";
import type { Ingredients } from "./ingredients.ts";
import { type Fitted, type Mixture, scatterAt } from "./mixture.ts";
import { logFeaturesOf } from "./surface-family.ts";

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
interface DesignProblem {
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
 * The runs to buy for `flops`, chosen one after another, each with its reason: the one that lowers expected regret and
 * the variance of the loss at the target most, relative to now, per cost^0.45, averaged over families.
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

/** How the decision at the target depends on a family's variables, to first order. */
interface TargetGradients {
  /** The variances along these add up to the expected regret of deciding now, in nats. */
  readonly regret: readonly Float64Array[];
  /** Gradient of the loss at the best choice. */
  readonly loss: Float64Array;
}

const STEP = 0.08;
/** Least curvature, in nats: where a family is flat, the choice hardly matters. */
const FLAT = 2e-3;

/**
 * Near its best choice θ*, a family's loss exceeds its minimum by ½·(θ − θ*)ᵀH(θ − θ*), and θ* moves by −H⁻¹G dx with
 * the variables x, where G = ∂²L/∂θ∂x. So the expected regret of a decision under normal x is ½·tr(H⁻¹ G Σ Gᵀ).
 */
function targetGradients({ family, posterior }: Fitted, task: Task, rates: readonly [number, number]): TargetGradients {
  const { mode } = posterior;
  const lossAt = (choice: Choice, x: Float64Array) => family.surfaceAt(x)(logFeaturesAt(choice, task));
  const best = bestChoice(family.surfaceAt(mode), task, rates);
  const moved = (axis: number, by: number, from: Choice = best) =>
    from.map((value, i) => (i === axis ? value + by : value)) as unknown as Choice;
  const axes = [0, 1, 2];
  const cross = axes.map((axis) => {
    const [up, down] = [moved(axis, STEP), moved(axis, -STEP)].map((choice) =>
      gradientAt((x) => lossAt(choice, x), mode),
    );
    return mode.map((_, k) => (up![k]! - down![k]!) / (2 * STEP));
  });
  const here = lossAt(best, mode);
  const bend = axes.map(
    (i) => (lossAt(moved(i, STEP), mode) + lossAt(moved(i, -STEP), mode) - 2 * here) / (STEP * STEP),
  );
  // The axes hardly interact, and a diagonal H stays positive wherever the mode lies.
  const regret = axes.map((i) => cross[i]!.map((value) => value / Math.sqrt(2 * Math.max(bend[i]!, FLAT))));
  return { regret, loss: gradientAt((x) => lossAt(best, x), mode) };
}
