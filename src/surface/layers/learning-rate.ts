import * as z from "zod";
import { nonNegative, objectSchema, positive } from "../../task/schema.ts";
import { withTokens } from "../point.ts";
import type { Layer } from "./layer.ts";
import { logOptimum, type OptimumLaw, optimumLawSchema } from "./optimum-law.ts";

/** The effect of the learning rate η around its optimum η*, x = ln(η/η*). */
export interface LearningRateLayer {
  readonly layer: "learning-rate";
  readonly optimum: OptimumLaw;
  /** κ of ΔL = κ·x² near the optimum, in nats. */
  readonly curvature: number;
  /** p: far below the optimum a run is worth D·(η/η*)^p tokens. */
  readonly belowExponent: number;
  /** |x| up to which the bowl is quadratic; beyond, it continues as a straight line and the power law begins. */
  readonly bowlWidth: number;
  readonly divergence: Divergence;
}

/** Above `threshold`·η* training blows up: the loss moves to a plateau and never below what it was. */
export interface Divergence {
  /** The multiple of η* at which the loss is half way to the plateau. */
  readonly threshold: number;
  /** Width of the transition in ln η. */
  readonly width: number;
  /** Loss of a diverged run, in nats. */
  readonly plateau: number;
}

export const learningRate: Layer<LearningRateLayer> = {
  name: "learning-rate",
  schema: objectSchema<LearningRateLayer>({
    layer: z.literal("learning-rate"),
    optimum: optimumLawSchema,
    curvature: nonNegative,
    belowExponent: nonNegative,
    bowlWidth: nonNegative,
    divergence: objectSchema<Divergence>({ threshold: z.number().gt(1), width: positive, plateau: positive }),
  }),
  build(inner, { optimum, curvature, belowExponent, bowlWidth, divergence }) {
    const optimumAt = logOptimum(optimum);
    return (point) => {
      const x = Math.log(point.learningRate) - optimumAt(point);
      const distance = Math.abs(x);
      const beyond = distance - bowlWidth;
      const bowl = curvature * (beyond <= 0 ? distance * distance : bowlWidth * (2 * distance - bowlWidth));
      if (x > 0) return diverged(inner(point) + bowl, x, divergence);
      // u²/(1+u) starts flat and ends as u - 1: the power law joins the bowl without a kink.
      const lost = beyond <= 0 ? 0 : (belowExponent * (beyond * beyond)) / (1 + beyond);
      return withTokens(inner, point, Math.exp(-lost)) + bowl;
    };
  },
};

/** The loss at x = ln(η/η*) > 0 with divergence blended in; what the blend would add at the optimum is subtracted. */
function diverged(loss: number, x: number, { threshold, width, plateau }: Divergence): number {
  if (loss >= plateau) return loss;
  const onset = Math.log(threshold);
  const atOptimum = logistic(-onset / width);
  return loss + ((plateau - loss) * (logistic((x - onset) / width) - atOptimum)) / (1 - atOptimum);
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
