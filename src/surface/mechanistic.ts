import { chargedParameters } from "../task/accounting.ts";
import { type BeyondTheBox, beyondTheBox, creditedLogWidth, usefulLogLearningRate } from "./beyond-the-box.ts";
import { meanCosine } from "./cosine.ts";
import { AverageNodes } from "./moving-average.ts";
import type { Surface } from "./point.ts";
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

const LOG_256 = Math.log(256);

/**
 * The mechanistic surface. Monotone in C at a fixed configuration, never below E, at most the untrained loss.
 *
 * @param untrainedLoss ℓ0 in nats: what zero or one step reports.
 */
export function mechanistic(constants: Omit<Mechanistic, "law">, untrainedLoss: number): Surface {
  const { E, logA, alpha, logK, beta, g0, g1, p, w, v, b, logSlowSteps, m, beyond } = constants;
  const slowSteps = Math.exp(logSlowSteps);
  const logKPerStep = logK + beta * Math.log(1e3);

  const average = new AverageNodes();

  return (point) => {
    const gain = Math.max(0, g0 + g1 * Math.log(chargedParameters(point) / 1e7));
    const logRelativeProgress =
      gain * usefulLogLearningRate(point.learningRate, beyond) +
      b * Math.log(point.batchSize / 128) +
      w * (creditedLogWidth(point.dModel, beyond) - LOG_256) +
      v * Math.log(point.numLayers / 6);
    const capacity = E + Math.exp(logA - alpha * Math.log(point.parameters / 1e7));
    const logScaledK = logKPerStep - beta * logRelativeProgress;
    const totalSteps = Math.max(1, point.steps);
    average.fill(totalSteps);
    const { steps, weights, count, untrainedShare } = average;
    let reported = untrainedShare * untrainedLoss;
    for (let i = 0; i < count; i++) {
      const step = steps[i] as number;
      const effective = step * Math.exp(m * Math.log(meanCosine(step / totalSteps)));
      const logProgress = Math.log((effective * effective) / (effective + slowSteps));
      reported +=
        (weights[i] as number) * saturated(capacity + Math.exp(logScaledK - beta * logProgress), untrainedLoss, p);
    }
    return beyondTheBox(reported, untrainedLoss, point, beyond);
  };
}
