import * as z from "zod";
import { finite, nonNegative, objectSchema, positive } from "../../task/schema.ts";
import { type Averaged, averagedFields, firstPhaseMisfit, logProgress } from "./averaged/averaged.ts";
import {
  creditedLogDepth,
  creditedLogWidth,
  diverged,
  shapePenalty,
  type Unseen,
  unseenFields,
} from "./averaged/beyond-the-box.ts";
import { averageNodes, MOST_NODES } from "./averaged/moving-average.ts";
import type { Law } from "./law.ts";

/**
 * The surface of the 2025 endpoint (docs/surface.md, "The annealed surface"): the reported number is a moving average
 * of a training loss that leaves the untrained loss through a start-up gate and then follows capacity and progress.
 * What is left to learn shrinks with the learning rate of the cosine schedule, and rates above a critical one, which
 * falls with size, gain nothing more. It includes the effects of learning rate, batch, shape and few steps.
 */
export interface Annealed extends Averaged {
  readonly law: "annealed";
  /** ℓu: the loss at which the first phase ends, in nats; between E and the untrained loss. */
  readonly firstPhaseLoss: number;
  /** The gate 1 - (1 + z/r)^-r, z = X·displacement²: ln X, and the width's exponent in the displacement. */
  readonly logX: number;
  readonly gateWidth: number;
  /** The critical learning rate, above which nothing more is gained: 1e-3·e^logCriticalRate·(N/1e7)^-criticalExponent. */
  readonly logCriticalRate: number;
  readonly criticalExponent: number;
  readonly beyond: BeyondTheAnswers;
}

/** What the answers do not determine about rates and shapes. */
export interface BeyondTheAnswers extends Unseen {
  /** The best learning rate, as a multiple of the critical one. */
  readonly bestRate: number;
  /** What a rate above the best costs, in nats per ln²; 0 for nothing until training diverges. */
  readonly rateCost: number;
  /**
   * The rate at which the loss is half way to the plateau, as a multiple of the best one or of 1e-3, whichever is
   * higher.
   */
  readonly divergentRate: number;
}

/** Sharpness of the turn at the critical rate, and r of the gate: the answers determine neither well. */
const SHARPNESS = 8;
const TAIL = Math.exp(-1);
/** The cosine schedule ends at this share of its peak. */
const FINAL_RATE = 0.1;
const AMPLITUDE = (1 - FINAL_RATE) / 2;

const LOG_256 = Math.log(256);
const LOG_6 = Math.log(6);

/** Never rises with C at a fixed configuration, stays above E and at most at the untrained loss. */
export const annealed: Law<Annealed> = {
  name: "annealed",
  schema: objectSchema<Annealed>({
    law: z.literal("annealed"),
    ...averagedFields,
    firstPhaseLoss: positive,
    logX: finite,
    gateWidth: finite,
    logCriticalRate: finite,
    criticalExponent: nonNegative,
    beyond: objectSchema<BeyondTheAnswers>({
      bestRate: z.number().min(1),
      rateCost: nonNegative,
      divergentRate: z.number().gt(1),
      ...unseenFields,
    }),
  }),
  takesNoLayers: true,
  misfit: firstPhaseMisfit,
  floor: ({ E }) => E,
  build(constants, untrainedLoss) {
    const { E, logA, alpha, logK, beta, firstPhaseLoss, logX, gateWidth, beyond } = constants;
    const { logCriticalRate, criticalExponent } = constants;
    const span = firstPhaseLoss - E;
    const logKPerStep = logK + beta * Math.log(1e3);
    const logXPerStep = logX - 2 * Math.log(1e3) - Math.log(TAIL);
    const logBestRate = Math.log(beyond.bestRate);
    const logDivergent = Math.log(beyond.divergentRate);

    const late = new Float64Array(MOST_NODES);
    const gate = new Float64Array(MOST_NODES);

    return (points, losses) => {
      const rows = points.count;
      const rates = points.learningRate.values;
      const sizes = points.parameters.values;
      const widths = points.dModel.values;
      const depths = points.numLayers.values;
      const batches = points.batchSize.values;
      const totalSteps = points.steps.values;
      for (let row = 0; row < rows; row++) {
        const shape = { dModel: widths[row]!, numLayers: depths[row]!, batchSize: batches[row]! };
        const logSize = Math.log(sizes[row]! / 1e7);
        const logRate = Math.log(rates[row]! / 1e-3);
        const critical = logCriticalRate - criticalExponent * logSize;
        const usefulRate = logRate - softplus(SHARPNESS * (logRate - critical)) / SHARPNESS;
        const logWidth = creditedLogWidth(shape.dModel, beyond) - LOG_256;
        const logDepth = creditedLogDepth(shape.numLayers, beyond) - LOG_6;
        const capacity = Math.exp(logA - alpha * logSize);
        const logScaledK = logKPerStep - beta * logProgress(constants, shape, usefulRate, logWidth, logDepth);
        const scaledX = Math.exp(logXPerStep + 2 * (usefulRate + gateWidth * logWidth));
        const { steps, logSteps, cosines, weights, count, untrainedShare } = averageNodes(
          Math.max(1, totalSteps[row]!),
        );
        for (let i = 0; i < count; i++) late[i] = Math.exp(logScaledK - beta * logSteps[i]!);
        for (let i = 0; i < count; i++) {
          const rate = FINAL_RATE + AMPLITUDE * (1 + cosines[i]!);
          const reducible = capacity + rate * late[i]!;
          late[i] = E + (span * reducible) / (span + reducible);
        }
        for (let i = 0; i < count; i++) gate[i] = Math.log(1 + scaledX * steps[i]! * steps[i]!);
        for (let i = 0; i < count; i++) gate[i] = Math.exp(-TAIL * gate[i]!);
        let reported = untrainedShare * untrainedLoss;
        for (let i = 0; i < count; i++) reported += weights[i]! * (late[i]! + (untrainedLoss - late[i]!) * gate[i]!);
        const tooFast = Math.max(0, logRate - critical - logBestRate);
        const cost = beyond.rateCost * tooFast * tooFast + shapePenalty(shape, beyond);
        const onset = logDivergent + Math.max(0, critical + logBestRate);
        losses[row] = diverged(reported + Math.min(untrainedLoss - reported, cost), logRate, onset, beyond);
      }
    };
  },
};

/** ln(1 + e^x). */
function softplus(x: number): number {
  return x > 30 ? x : Math.log1p(Math.exp(x));
}
