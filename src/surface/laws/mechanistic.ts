import * as z from "zod";
import { finite, objectSchema, positive } from "../../task/schema.ts";
import { saturate } from "../layers/few-steps.ts";
import { type Averaged, averagedFields, logProgress } from "./averaged/averaged.ts";
import {
  type BeyondTheBox,
  beyondSchema,
  beyondTheBox,
  creditedLogWidth,
  usefulLogLearningRate,
} from "./averaged/beyond-the-box.ts";
import { averageNodes, MOST_NODES } from "./averaged/moving-average.ts";
import type { Law } from "./law.ts";

/**
 * The first surface of the 2025 endpoint (docs/surface.md, "The annealed surface"): ℓ = (ℓ0^-p + (E + λ)^-p)^(-1/p) with
 * λ of the annealed one, progress s̃²/(s̃ + S_w), and s̃ the steps weighted by the mean of the cosine schedule. It includes
 * the effects of learning rate, batch, shape and few steps.
 */
export interface Mechanistic extends Averaged {
  readonly law: "mechanistic";
  readonly beyond: BeyondTheBox;
  /** Sharpness of the saturation at the untrained loss. */
  readonly p: number;
  /** ln S_w: of s effective steps, s²/(s + S_w) count. */
  readonly logSlowSteps: number;
  /** Exponent of the schedule's mean learning rate. */
  readonly m: number;
}

const LOG_256 = Math.log(256);

/**
 * Monotone in C at a fixed configuration, never below E, at most the untrained loss, which zero or one step reports.
 */
export const mechanistic: Law<Mechanistic> = {
  name: "mechanistic",
  schema: objectSchema<Mechanistic>({
    law: z.literal("mechanistic"),
    ...averagedFields,
    beyond: beyondSchema,
    p: positive,
    logSlowSteps: finite,
    m: finite,
  }),
  takesNoLayers: true,
  floor: ({ E }) => E,
  build(constants, untrainedLoss) {
    const { E, logA, alpha, logK, beta, p, logSlowSteps, m, beyond } = constants;
    const slowSteps = Math.exp(logSlowSteps);
    const logKPerStep = logK + beta * Math.log(1e3);

    const late = new Float64Array(MOST_NODES);

    return (points, losses) => {
      for (let row = 0; row < points.count; row++) {
        const point = points.row(row);
        const logRate = usefulLogLearningRate(point.learningRate, beyond);
        const logWidth = creditedLogWidth(point.dModel, beyond) - LOG_256;
        const capacity = E + Math.exp(logA - alpha * Math.log(point.parameters / 1e7));
        const logScaledK =
          logKPerStep - beta * logProgress(constants, point, logRate, logWidth, Math.log(point.numLayers / 6));
        const totalSteps = Math.max(1, point.steps);
        const { steps, weights, count, untrainedShare } = averageNodes(totalSteps);
        for (let i = 0; i < count; i++) {
          const step = steps[i] as number;
          const effective = step * Math.exp(m * Math.log(meanCosine(step / totalSteps)));
          const logEffective = Math.log((effective * effective) / (effective + slowSteps));
          late[i] = capacity + Math.exp(logScaledK - beta * logEffective);
        }
        saturate(late, count, untrainedLoss, p);
        let reported = untrainedShare * untrainedLoss;
        for (let i = 0; i < count; i++) reported += (weights[i] as number) * (late[i] as number);
        losses[row] = beyondTheBox(reported, untrainedLoss, point, beyond);
      }
    };
  },
};

/**
 * Mean of the cosine schedule, which falls to a tenth of its peak, over the first fraction f of a run, relative to the
 * peak: (0.55·f + 0.45·sin(πf)/π)/f, from 1 at the start to 0.55 at the end.
 */
function meanCosine(fraction: number): number {
  return 0.55 + (0.45 * Math.sin(Math.PI * fraction)) / (Math.PI * fraction);
}
