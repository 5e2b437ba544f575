import * as z from "zod";
import { finite, nonNegative, objectSchema, positive } from "../../task/schema.ts";
import { BLOCK } from "../points.ts";
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

    const logRate = new Float64Array(BLOCK);
    const critical = new Float64Array(BLOCK);
    const usefulRate = new Float64Array(BLOCK);
    const capacity = new Float64Array(BLOCK);
    const logScaledK = new Float64Array(BLOCK);
    const scaledX = new Float64Array(BLOCK);
    const late = new Float64Array(MOST_NODES);
    const gate = new Float64Array(MOST_NODES);

    /** The loss that a row reports, before what lies beyond the answers. */
    const reportedAt = (row: number, totalSteps: number): number => {
      const { steps, logSteps, cosines, weights, count, untrainedShare } = averageNodes(totalSteps);
      // In variables: after the loops below write to arrays, what stands in others would be read anew.
      const [logScale, scale, least] = [logScaledK[row]!, scaledX[row]!, capacity[row]!];
      for (let i = 0; i < count; i++) {
        late[i] = Math.exp(logScale - beta * logSteps[i]!);
        gate[i] = Math.log(1 + scale * steps[i]! * steps[i]!);
      }
      let reported = untrainedShare * untrainedLoss;
      for (let i = 0; i < count; i++) {
        const rate = FINAL_RATE + AMPLITUDE * (1 + cosines[i]!);
        const reducible = least + rate * late[i]!;
        const loss = E + (span * reducible) / (span + reducible);
        reported += weights[i]! * (loss + (untrainedLoss - loss) * Math.exp(-TAIL * gate[i]!));
      }
      return reported;
    };

    return (points, losses) => {
      const { count } = points;
      const [rates, sizes] = [points.learningRate.values, points.parameters.values];
      for (let row = 0; row < count; row++) {
        const logSize = Math.log(sizes[row]! / 1e7);
        logRate[row] = Math.log(rates[row]! / 1e-3);
        critical[row] = logCriticalRate - criticalExponent * logSize;
        capacity[row] = Math.exp(logA - alpha * logSize);
      }
      for (let row = 0; row < count; row++)
        usefulRate[row] = logRate[row]! - softplus(SHARPNESS * (logRate[row]! - critical[row]!)) / SHARPNESS;
      for (let row = 0; row < count; row++) {
        const point = points.row(row);
        const logWidth = creditedLogWidth(point.dModel, beyond) - LOG_256;
        const logDepth = creditedLogDepth(point.numLayers, beyond) - LOG_6;
        const progress = logProgress(constants, point, usefulRate[row]!, logWidth, logDepth);
        logScaledK[row] = logKPerStep - beta * progress;
        scaledX[row] = Math.exp(logXPerStep + 2 * (usefulRate[row]! + gateWidth * logWidth));
      }
      for (let row = 0; row < count; row++) {
        const point = points.row(row);
        const reported = reportedAt(row, Math.max(1, point.steps));
        const tooFast = Math.max(0, logRate[row]! - critical[row]! - logBestRate);
        const cost = beyond.rateCost * tooFast * tooFast + shapePenalty(point, beyond);
        const onset = logDivergent + Math.max(0, critical[row]! + logBestRate);
        losses[row] = diverged(reported + Math.min(untrainedLoss - reported, cost), logRate[row]!, onset, beyond);
      }
    };
  },
};

/** ln(1 + e^x). */
function softplus(x: number): number {
  return x > 30 ? x : Math.log1p(Math.exp(x));
}
