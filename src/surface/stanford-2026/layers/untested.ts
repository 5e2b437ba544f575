import { nonNegative, objectSchema, positive } from "../../../task/schema.ts";
import { isAdamW } from "../../../task/stanford-2026/configuration.ts";
import type { JobPoint } from "../point.ts";
import type { JobLayer } from "./layer.ts";

/**
 * Settings that no public run has varied: weight decay, betas, eps_root, clipping, SGD, float32, tied embeddings, head
 * size, and shapes outside those seen. Every constant is a judgment, drawn anew in each world. At the handout's values
 * each effect is nothing.
 */
export interface UntestedLayer {
  /** Of the square of ln((decay + .01)/(best + .01)), in ln loss. */
  readonly weightDecay: number;
  readonly bestWeightDecay: number;
  /** Of the squares of ln((1 - β)/(1 - the handout's β)), in ln loss. */
  readonly beta1: number;
  readonly beta2: number;
  /** The effective learning rate goes as eps_root to minus this power. */
  readonly epsilonPower: number;
  /** What no clipping costs, in ln loss. */
  readonly unclipped: number;
  /** The effective learning rate of SGD is this many times lower. */
  readonly sgdRate: number;
  /** SGD learns this many times less per step. */
  readonly sgdSteps: number;
  /** What float32 gains, in ln loss, and how many times longer it takes. */
  readonly float32Gain: number;
  readonly float32Time: number;
  readonly tied: number;
  /** Of the square of ln(head size/64). */
  readonly headDimension: number;
  /** Of the squares of how far ln(ff/h) lies outside 8/3…4 and ln(h/L) outside 25…130. */
  readonly intermediate: number;
  readonly aspect: number;
}

/** What the untested settings of a job change. */
export interface UntestedEffect {
  /** The job as a run with the handout's settings would have to be to learn the same. */
  readonly point: JobPoint;
  /** What the loss above nothing is multiplied by. */
  readonly loss: number;
  readonly runtime: number;
  /** Whether very small rates do something all the same. */
  readonly neverStalls: boolean;
}

export const untested: JobLayer<UntestedLayer, (point: JobPoint) => UntestedEffect> = {
  schema: objectSchema<UntestedLayer>({
    weightDecay: nonNegative,
    bestWeightDecay: nonNegative,
    beta1: nonNegative,
    beta2: nonNegative,
    epsilonPower: nonNegative,
    unclipped: nonNegative,
    sgdRate: positive,
    sgdSteps: positive,
    float32Gain: nonNegative,
    float32Time: positive,
    tied: nonNegative,
    headDimension: nonNegative,
    intermediate: nonNegative,
    aspect: nonNegative,
  }),
  build: (c) => (point) => {
    const { optimizer, width, depth, intermediate, float32 } = point;
    let shift = 0;
    let rate = 1;
    let steps = 1;
    if (isAdamW(optimizer)) {
      const decay = (value: number) => square(Math.log((value + 0.01) / (c.bestWeightDecay + 0.01)));
      shift += c.weightDecay * (decay(optimizer.weight_decay) - decay(0.01));
      shift += c.beta1 * square(Math.log((1 - optimizer.beta1) / 0.1));
      shift += c.beta2 * square(Math.log((1 - optimizer.beta2) / 0.05));
      rate *= Math.exp(-c.epsilonPower * Math.log((optimizer.eps_root + 1e-10) / 1.01e-8));
    } else {
      rate /= c.sgdRate;
      steps /= c.sgdSteps;
    }
    if (optimizer.grad_clip_norm === null) shift += c.unclipped;
    if (point.tied) shift += c.tied;
    if (float32) shift -= c.float32Gain;
    shift += c.headDimension * square(Math.log(point.headDimension / 64));
    shift += c.intermediate * square(outside(intermediate / width, 8 / 3, 4));
    shift += c.aspect * square(outside(width / depth, 25, 130));
    const { initial, peak, final, warmUp } = point.schedule;
    const schedule = { initial: initial * rate, peak: peak * rate, final: final * rate, warmUp };
    return {
      point: rate === 1 && steps === 1 ? point : { ...point, schedule, steps: point.steps * steps },
      loss: Math.exp(shift),
      runtime: float32 ? c.float32Time : 1,
      neverStalls: float32,
    };
  },
};

/** How far a ratio lies outside a range, in its logarithm. The range gives a thirtieth, since shapes are whole. */
function outside(ratio: number, least: number, most: number): number {
  const slack = 1 / 30;
  return Math.max(0, Math.log(least / ratio) - slack, Math.log(ratio / most) - slack);
}

function square(x: number): number {
  return x * x;
}
