import type { Query } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";
import { type Bounds, bestChoice, type Choice, logFeaturesAt } from "./decision.ts";
import type { Ingredients } from "./ingredients.ts";
import { type Fitted, type Mixture, offAbove, scatterAt, surfaceOf } from "./mixture.ts";
import { type LogFeatures, logFeaturesOf } from "./surface-family.ts";

/** The gain is divided by cost to this power: below one, since a run also costs one of few stages. */
const COST_EXPONENT = 0.3;
/** Little is gained below these: nats of regret, nats of the loss's standard deviation. */
const ENOUGH = { regret: 3e-4, loss: 0.004 };
/** Families that the design looks at. */
const FAMILIES = 3;

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
  /** What may be submitted. */
  readonly bounds: Bounds;
  readonly aim: Ingredients["aim"];
  /**
   * FLOPs that a run costs beside its own, where a number of runs is asked for: a cheap one takes a place. What is left
   * then always buys the runs that are missing.
   */
  readonly place?: number;
}

/** How uncertain the decision at the target is. */
export interface Uncertainty {
  /** Expected regret of deciding now, in nats. */
  readonly regret: number;
  /** Standard deviations at the target: of the loss in nats, and of ln N*. */
  readonly lossSd: number;
  readonly sizeSd: number;
}

/** A run with what is expected of it. */
export interface Purchase {
  readonly query: Query;
  readonly before: Uncertainty;
  readonly after: Uncertainty;
}

/**
 * The runs to buy for `flops`, at most `most`, chosen one after another: the one that lowers expected regret and the
 * variance of the loss at the target most, relative to now, per cost^0.3, averaged over families.
 */
export function chooseRuns(problem: DesignProblem, flops: number, most: number): Purchase[] {
  const { candidates } = problem;
  const posteriors = posteriorsOf(problem);
  const chosen: Purchase[] = [];
  const taken = new Set<number>();
  let left = flops;
  let before = uncertaintyOf(posteriors);
  const cheapest = problem.place === undefined ? 0 : Math.min(...candidates.map(({ trainFlops }) => trainFlops));
  while (chosen.length < most) {
    const others = Math.max(0, Math.min((most - chosen.length - 1) * cheapest, left - cheapest));
    const best = bestCandidate(problem, posteriors, (i) => !taken.has(i) && candidates[i]!.trainFlops <= left - others);
    if (best === undefined) break;
    const query = candidates[best]!;
    for (const posterior of posteriors) condition(posterior, best);
    taken.add(best);
    left -= query.trainFlops;
    const after = uncertaintyOf(posteriors);
    chosen.push({ query, before, after });
    before = after;
  }
  return chosen;
}

/** All candidates in the order given, each with what is expected after it and those before it. */
export function followRuns(problem: DesignProblem): Purchase[] {
  const posteriors = posteriorsOf(problem);
  let before = uncertaintyOf(posteriors);
  return problem.candidates.map((query, i) => {
    for (const posterior of posteriors) condition(posterior, i);
    const purchase = { query, before, after: uncertaintyOf(posteriors) };
    before = purchase.after;
    return purchase;
  });
}

/** The mixture's uncertainty about the decision now. */
export function uncertaintyNow(problem: Omit<DesignProblem, "candidates">): Uncertainty {
  return uncertaintyOf(posteriorsOf({ ...problem, candidates: [] }));
}

/** What a purchase is expected to change, in words. */
export function reasonOf({ before, after }: Purchase): string {
  const nats = (value: number) => value.toFixed(4);
  const sd = (value: number) => value.toFixed(3);
  return `best for its cost: expected regret at the target falls from ${nats(before.regret)} to ${nats(after.regret)} nats, sd of the loss from ${sd(before.lossSd)} to ${sd(after.lossSd)}`;
}

function posteriorsOf({ candidates, mixture, task, bounds }: DesignProblem): DesignPosterior[] {
  const features = candidates.map(logFeaturesOf);
  const looked = mixture.fitted.slice(0, FAMILIES);
  const total = looked.reduce((sum, { weight }) => sum + weight, 0);
  return looked.map((fit): DesignPosterior => {
    const { family, posterior, weight } = fit;
    const surface = surfaceOf(fit, posterior.mode);
    const gradientOf = gradientsOf(fit);
    return {
      weight: weight / total,
      covariance: posterior.covariance.slice(),
      targets: targetGradients(fit, task, bounds),
      gradients: features.map(gradientOf),
      noise: features.map((each) => {
        const loss = surface(each);
        const sd = scatterAt(loss, each.logC, mixture.scatter);
        const off = offAbove(family, loss);
        return sd * sd + off * off;
      }),
    };
  });
}

/** The derivatives of a configuration's loss by all variables at the mode. */
function gradientsOf({ family, posterior, discrepancy }: Fitted): (features: LogFeatures) => Float64Array {
  const size = family.prior.mean.length;
  const surface = family.surfaceAt(posterior.mode);
  return (features) => {
    const gradient = new Float64Array(posterior.mode.length);
    surface(features, gradient);
    gradient.set(discrepancy.basis(features), size);
    return gradient;
  };
}

function costOf({ trainFlops }: Query, place: number): number {
  return Math.exp(COST_EXPONENT * Math.log(trainFlops + place));
}

function bestCandidate(
  { candidates, aim, place = 0 }: DesignProblem,
  posteriors: readonly DesignPosterior[],
  allowed: (i: number) => boolean,
): number | undefined {
  const spreads = posteriors.map(({ covariance, targets }) => spreadOf(covariance, targets));
  let best: number | undefined;
  let highest = 0;
  for (const [i, query] of candidates.entries()) {
    if (!allowed(i)) continue;
    const score = gainOf(posteriors, spreads, i, aim) / costOf(query, place);
    if (score > highest) [best, highest] = [i, score];
  }
  return best;
}

/** How much a run lowers regret and variance, in shares of what they are now. */
function gainOf(
  posteriors: readonly DesignPosterior[],
  spreads: readonly Spread[],
  i: number,
  aim: Ingredients["aim"],
): number {
  let sum = 0;
  for (const [at, { covariance, gradients, noise, targets, weight }] of posteriors.entries()) {
    const shared = times(covariance, gradients[i]!);
    const predictive = dot(shared, gradients[i]!) + noise[i]!;
    const fall = (gradient: Float64Array) => {
      const along = dot(gradient, shared);
      return (along * along) / predictive;
    };
    const now = spreads[at]!;
    const regret = targets.regret.reduce((total, gradient) => total + fall(gradient), 0) / (now.regret + ENOUGH.regret);
    const loss = fall(targets.loss) / (now.loss + ENOUGH.loss * ENOUGH.loss);
    sum += weight * ((aim === "loss" ? 0 : regret) + (aim === "regret" ? 0 : loss));
  }
  return sum;
}

/** Expected regret, and variances of the loss and of ln N*, under one family. */
interface Spread {
  readonly regret: number;
  readonly loss: number;
  readonly size: number;
}

function spreadOf(covariance: Float64Array, { regret, loss, size }: TargetGradients): Spread {
  return {
    regret: regret.reduce((sum, gradient) => sum + product(gradient, covariance), 0),
    loss: product(loss, covariance),
    size: product(size, covariance),
  };
}

function uncertaintyOf(posteriors: readonly DesignPosterior[]): Uncertainty {
  let [regret, loss, size, mean, square] = [0, 0, 0, 0, 0];
  for (const { covariance, targets, weight } of posteriors) {
    const spread = spreadOf(covariance, targets);
    regret += weight * spread.regret;
    loss += weight * spread.loss;
    size += weight * spread.size;
    mean += weight * targets.predicted;
    square += weight * targets.predicted * targets.predicted;
  }
  // Families that disagree are uncertainty too.
  const between = Math.max(0, square - mean * mean);
  return { regret, lossSd: Math.sqrt(Math.max(0, loss) + between), sizeSd: Math.sqrt(Math.max(0, size)) };
}

/** Updates the covariance as if the run were answered. */
function condition({ covariance, gradients, noise }: DesignPosterior, i: number): void {
  const shared = times(covariance, gradients[i]!);
  const predictive = dot(shared, gradients[i]!) + noise[i]!;
  const size = shared.length;
  for (let a = 0; a < size; a++) {
    const share = shared[a]! / predictive;
    for (let b = 0; b < size; b++) covariance[a * size + b]! -= share * shared[b]!;
  }
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  const result = new Float64Array(size);
  for (let a = 0; a < size; a++) {
    let sum = 0;
    for (let b = 0; b < size; b++) sum += matrix[a * size + b]! * vector[b]!;
    result[a] = sum;
  }
  return result;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function product(a: Float64Array, matrix: Float64Array): number {
  return dot(a, times(matrix, a));
}

/** How the decision at the target depends on a family's variables, to first order. */
interface TargetGradients {
  /** The variances along these add up to the expected regret of deciding now, in nats. */
  readonly regret: readonly Float64Array[];
  /** Gradient of the loss at the best choice. */
  readonly loss: Float64Array;
  /** Gradient of ln N*. */
  readonly size: Float64Array;
  /** The loss at the best choice. */
  readonly predicted: number;
}

const STEP = 0.08;
/** Least curvature, in nats: where a family is flat, the choice hardly matters. */
const FLAT = 2e-3;

/**
 * Near its best choice θ*, a family's loss exceeds its minimum by ½·(θ − θ*)ᵀH(θ − θ*), and θ* moves by −H⁻¹G dx with
 * the variables x, where G = ∂²L/∂θ∂x. So the expected regret of a decision under normal x is ½·tr(H⁻¹ G Σ Gᵀ).
 */
function targetGradients(fit: Fitted, task: Task, bounds: Bounds): TargetGradients {
  const { posterior } = fit;
  const surface = surfaceOf(fit, posterior.mode);
  const best = bestChoice(surface, task, bounds);
  const moved = (axis: number, by: number): Choice =>
    best.map((value, i) => (i === axis ? value + by : value)) as unknown as Choice;
  const gradientAt = gradientsOf(fit);
  const gradientOf = (choice: Choice) => gradientAt(logFeaturesAt(choice, task));
  const lossAt = (choice: Choice) => surface(logFeaturesAt(choice, task));
  const here = lossAt(best);
  const free = bounds.flatMap(([low, high], axis) => (high > low ? [axis] : []));
  const perAxis = free.map((axis) => {
    const [up, down] = [gradientOf(moved(axis, STEP)), gradientOf(moved(axis, -STEP))];
    const cross = up.map((value, k) => (value - down[k]!) / (2 * STEP));
    const bend = (lossAt(moved(axis, STEP)) + lossAt(moved(axis, -STEP)) - 2 * here) / (STEP * STEP);
    return { axis, cross, bend: Math.max(bend, FLAT) };
  });
  // The axes hardly interact, and a diagonal H stays positive wherever the mode lies.
  const regret = perAxis.map(({ cross, bend }) => cross.map((value) => value / Math.sqrt(2 * bend)));
  const ofSize = perAxis.find(({ axis }) => axis === 0);
  return {
    regret,
    loss: gradientOf(best),
    size: ofSize ? ofSize.cross.map((value) => value / ofSize.bend) : new Float64Array(posterior.mode.length),
    predicted: here,
  };
}
