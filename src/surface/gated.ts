import { chargedParameters } from "../task/accounting.ts";
import { type BeyondTheBox, beyondTheBox, creditedLogWidth, usefulLogLearningRate } from "./beyond-the-box.ts";
import { AverageNodes } from "./moving-average.ts";
import type { Surface } from "./point.ts";

/**
 * The calibrated surface of the 2025 endpoint: the reported number is a moving average of a training loss that leaves
 * the untrained loss through a start-up gate and then follows capacity and progress, saturated at the loss where the
 * first phase ends (docs/surface.md, "The gated surface"). Learning rate, batch, shape and few steps are inside it.
 */
export interface Gated {
  readonly law: "gated";
  /** The floor, in nats: not identified by the budgets on sale. */
  readonly E: number;
  /** Capacity: A·(N/1e7)^-α. */
  readonly logA: number;
  readonly alpha: number;
  /** Progress: K·(effective kilosteps)^-β. */
  readonly logK: number;
  readonly beta: number;
  /** The gain of the learning rate g = g0 + g1·ln(P/1e7), at least 0. */
  readonly g0: number;
  readonly g1: number;
  /** Exponent of the width, of the depth, of the batch in the effective kilosteps. */
  readonly w: number;
  readonly v: number;
  readonly b: number;
  /** ℓu: the loss at which the first phase ends, in nats; between E and the untrained loss. */
  readonly firstPhaseLoss: number;
  /** The gate 1 - exp(-X·displacement^q): ln X, q, and the width's exponent in the displacement. */
  readonly logX: number;
  readonly q: number;
  readonly gateWidth: number;
  readonly beyond: BeyondTheBox;
}

const LOG_256 = Math.log(256);

/**
 * The gated surface. Monotone in C at a fixed configuration, above E, at most the untrained loss.
 *
 * @param untrainedLoss ℓ0 in nats: what zero or one step reports.
 */
export function gated(constants: Omit<Gated, "law">, untrainedLoss: number): Surface {
  const { E, logA, alpha, logK, beta, g0, g1, w, v, b, firstPhaseLoss, logX, q, gateWidth, beyond } = constants;
  const span = firstPhaseLoss - E;
  const logKPerStep = logK + beta * Math.log(1e3);
  const logXPerStep = logX - q * Math.log(1e3);

  const average = new AverageNodes();

  return (point) => {
    const gain = Math.max(0, g0 + g1 * Math.log(chargedParameters(point) / 1e7));
    const logRate = usefulLogLearningRate(point.learningRate, beyond);
    const logWidth = creditedLogWidth(point.dModel, beyond) - LOG_256;
    const logProgress =
      gain * logRate + b * Math.log(point.batchSize / 128) + w * logWidth + v * Math.log(point.numLayers / 6);
    const capacity = Math.exp(logA - alpha * Math.log(point.parameters / 1e7));
    const logScaledK = logKPerStep - beta * logProgress;
    const logScaledX = logXPerStep + q * (logRate + gateWidth * logWidth);
    average.fill(Math.max(1, point.steps));
    const { steps, weights, count, untrainedShare } = average;
    let reported = untrainedShare * untrainedLoss;
    for (let i = 0; i < count; i++) {
      const logStep = Math.log(steps[i] as number);
      const reducible = capacity + Math.exp(logScaledK - beta * logStep);
      const late = E + (span * reducible) / (span + reducible);
      const gate = 1 - Math.exp(-Math.exp(logScaledX + q * logStep));
      reported += (weights[i] as number) * (untrainedLoss - (untrainedLoss - late) * gate);
    }
    return beyondTheBox(reported, untrainedLoss, point, beyond);
  };
}
