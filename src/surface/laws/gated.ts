import * as z from "zod";
import { finite, objectSchema, positive } from "../../task/schema.ts";
import { type Averaged, averagedFields, firstPhaseMisfit, logProgress } from "./averaged/averaged.ts";
import {
  type BeyondTheBox,
  beyondSchema,
  beyondTheBox,
  creditedLogWidth,
  usefulLogLearningRate,
} from "./averaged/beyond-the-box.ts";
import { averageNodes } from "./averaged/moving-average.ts";
import type { Law } from "./law.ts";

/**
 * An earlier surface of the 2025 endpoint: the annealed one (docs/surface.md, "The annealed surface") without schedule and
 * critical rate. It includes the effects of learning rate, batch, shape and few steps.
 */
export interface Gated extends Averaged {
  readonly law: "gated";
  readonly beyond: BeyondTheBox;
  /** ℓu: the loss at which the first phase ends, in nats; between E and the untrained loss. */
  readonly firstPhaseLoss: number;
  /** The gate 1 - exp(-X·displacement^q): ln X, q, and the width's exponent in the displacement. */
  readonly logX: number;
  readonly q: number;
  readonly gateWidth: number;
}

const LOG_256 = Math.log(256);

/** Monotone in C at a fixed configuration, above E, at most the untrained loss, which zero or one step reports. */
export const gated: Law<Gated> = {
  name: "gated",
  schema: objectSchema<Gated>({
    law: z.literal("gated"),
    ...averagedFields,
    beyond: beyondSchema,
    firstPhaseLoss: positive,
    logX: finite,
    q: positive,
    gateWidth: finite,
  }),
  takesNoLayers: true,
  misfit: firstPhaseMisfit,
  floor: ({ E }) => E,
  build(constants, untrainedLoss) {
    const { E, logA, alpha, logK, beta, firstPhaseLoss, logX, q, gateWidth, beyond } = constants;
    const span = firstPhaseLoss - E;
    const logKPerStep = logK + beta * Math.log(1e3);
    const logXPerStep = logX - q * Math.log(1e3);

    return (points, losses) => {
      for (let row = 0; row < points.count; row++) {
        const point = points.row(row);
        const logRate = usefulLogLearningRate(point.learningRate, beyond);
        const logWidth = creditedLogWidth(point.dModel, beyond) - LOG_256;
        const capacity = Math.exp(logA - alpha * Math.log(point.parameters / 1e7));
        const logScaledK =
          logKPerStep - beta * logProgress(constants, point, logRate, logWidth, Math.log(point.numLayers / 6));
        const logScaledX = logXPerStep + q * (logRate + gateWidth * logWidth);
        const { logSteps, weights, count, untrainedShare } = averageNodes(Math.max(1, point.steps));
        let reported = untrainedShare * untrainedLoss;
        for (let i = 0; i < count; i++) {
          const logStep = logSteps[i] as number;
          const reducible = capacity + Math.exp(logScaledK - beta * logStep);
          const late = E + (span * reducible) / (span + reducible);
          const gate = 1 - Math.exp(-Math.exp(logScaledX + q * logStep));
          reported += (weights[i] as number) * (untrainedLoss - (untrainedLoss - late) * gate);
        }
        losses[row] = beyondTheBox(reported, untrainedLoss, point, beyond);
      }
    };
  },
};
