import { chargedParameters } from "../task/accounting.ts";
import { meanCosine } from "./cosine.ts";
import { movingAverage } from "./moving-average.ts";
import type { Point, Surface } from "./point.ts";
import { saturated } from "./saturation.ts";

/**
 * The surface behind the 2025 endpoint: the reported number is a moving average of the training loss along a cosine
 * schedule (docs/surface.md, "The mechanistic surface"). Learning rate, batch, shape and few steps are inside it.
 */
export interface Mechanistic {
  readonly law: "mechanistic";
  /** The floor, in nats: not identified by the budgets on sale. */
  readonly E: number;
  readonly logA: number;
  readonly alpha: number;
  readonly logK: number;
  readonly beta: number;
  /** The gain of the learning rate g = g0 + g1·ln(P/1e7), at least 0. */
  readonly g0: number;
  readonly g1: number;
  /** Sharpness of the saturation at the untrained loss. */
  readonly p: number;
  /** Exponent of the width, of the depth, of the batch. */
  readonly w: number;
  readonly v: number;
  readonly b: number;
  /** ln S_w: of s effective steps, s²/(s + S_w) count. */
  readonly logSlowSteps: number;
  /** Exponent of the schedule's mean learning rate. */
  readonly m: number;
  readonly beyond: BeyondTheBox;
}

/** What the real answers do not tell: learning rates above 1e-3 and shapes outside the API's box. Sampled per world. */
export interface BeyondTheBox {
  /** The best learning rate: above 1e-3, where the answers end. */
  readonly optimalLearningRate: number;
  /** Learning rate at which half the way to the plateau of a diverged run is gone. */
  readonly divergentLearningRate: number;
  /** Loss of a diverged run, in nats. */
  readonly plateau: number;
  /** k of k·ln²((d/L)/r*), in nats, faded in outside the box. */
  readonly shapeStrength: number;
  /** r*. */
  readonly bestAspectRatio: number;
}

/** The edges of the API's box, beyond which there are no answers. */
const BOX = { learningRate: 1e-3, dModel: 1024, numLayers: 24 } as const;
/** Width of the divergence in ln η: from a tenth to nine tenths of the way within a factor of 1.6. */
const DIVERGENCE_WIDTH = 0.1;

/**
 * The mechanistic surface. Monotone in C at a fixed configuration, never below E, at most the untrained loss.
 *
 * @param untrainedLoss ℓ0 in nats: what zero or one step reports.
 */
export function mechanistic(constants: Omit<Mechanistic, "law">, untrainedLoss: number): Surface {
  const { E, logA, alpha, logK, beta, g0, g1, p, w, v, b, logSlowSteps, m, beyond } = constants;
  const slowSteps = Math.exp(logSlowSteps);
  const logKPerStep = logK + beta * Math.log(1e3);

  // One evaluation at a time: what is constant along a run is set before its steps are averaged.
  let capacity = 0;
  let logScaledK = 0;
  const lossAt = (step: number, steps: number) => {
    const effective = step * Math.exp(m * Math.log(meanCosine(step / steps)));
    const logProgress = Math.log((effective * effective) / (effective + slowSteps));
    return saturated(capacity + Math.exp(logScaledK - beta * logProgress), untrainedLoss, p);
  };

  return (point) => {
    const gain = Math.max(0, g0 + g1 * Math.log(chargedParameters(point) / 1e7));
    const logRelativeProgress =
      gain * usefulLogLearningRate(point.learningRate, beyond) +
      b * Math.log(point.batchSize / 128) +
      w * Math.log(Math.min(point.dModel, BOX.dModel) / 256) +
      v * Math.log(point.numLayers / 6);
    capacity = E + Math.exp(logA - alpha * Math.log(point.parameters / 1e7));
    logScaledK = logKPerStep - beta * logRelativeProgress;
    const reported = movingAverage(lossAt, untrainedLoss, Math.max(1, point.steps));
    const gained = untrainedLoss - reported;
    return divergedBeyond(reported + Math.min(gained, shapePenalty(point, beyond)), point.learningRate, beyond);
  };
}

/**
 * ln(η/1e-3) where there are answers. Above, x - x²/(2x*) with x* at the optimum: the gain goes on rising with the same
 * slope, levels off at the optimal learning rate and turns.
 */
function usefulLogLearningRate(learningRate: number, { optimalLearningRate }: BeyondTheBox): number {
  const x = Math.log(learningRate / BOX.learningRate);
  if (x <= 0) return x;
  return x - (x * x) / (2 * Math.log(optimalLearningRate / BOX.learningRate));
}

/** Divergence above the box's learning rates; what it would add at the edge is taken off, so that the edge is continuous. */
function divergedBeyond(loss: number, learningRate: number, beyond: BeyondTheBox): number {
  const x = Math.log(learningRate / BOX.learningRate);
  if (x <= 0 || loss >= beyond.plateau) return loss;
  const onset = Math.log(beyond.divergentLearningRate / BOX.learningRate);
  const share = logistic((x - onset) / DIVERGENCE_WIDTH) - logistic(-onset / DIVERGENCE_WIDTH);
  return loss + (beyond.plateau - loss) * share;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** k·ln²((d/L)/r*), faded in from the edge of the box, where the answers end, by how far outside the shape lies. */
function shapePenalty({ dModel, numLayers }: Point, { shapeStrength, bestAspectRatio }: BeyondTheBox): number {
  const inside = Math.min(1, BOX.dModel / dModel) * Math.min(1, BOX.numLayers / numLayers);
  if (inside === 1) return 0;
  const aspect = Math.log(dModel / numLayers / bestAspectRatio);
  return (1 - inside) * shapeStrength * aspect * aspect;
}
