import * as z from "zod";
import { nonNegative, objectSchema, positive } from "../../task/schema.ts";
import { BLOCK, Column, withTokens } from "../points.ts";
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
    const diverge = divergenceOf(divergence);
    const off = new Float64Array(BLOCK);
    const bowl = new Float64Array(BLOCK);
    const tokens = new Column();
    return (points, losses) => {
      const { count } = points;
      const logRate = points.learningRate.logs(count);
      const best = optimumAt(points);
      const own = points.tokens.values;
      const effective = tokens.overwrite();
      let far = false;
      for (let i = 0; i < count; i++) {
        const x = logRate[i]! - best[i]!;
        const distance = Math.abs(x);
        const beyond = distance - bowlWidth;
        off[i] = x;
        bowl[i] = curvature * (beyond <= 0 ? distance * distance : bowlWidth * (2 * distance - bowlWidth));
        effective[i] = own[i]!;
        if (x > 0 || beyond <= 0) continue;
        far = true;
        // u²/(1+u) starts flat and ends as u - 1: the power law joins the bowl without a kink.
        effective[i] = own[i]! * Math.exp(-((belowExponent * (beyond * beyond)) / (1 + beyond)));
      }
      // The logarithms of tokens that are as they were are known.
      if (far) withTokens(inner, points, tokens, losses);
      else inner(points, losses);
      for (let i = 0; i < count; i++) losses[i] = losses[i]! + bowl[i]!;
      diverge(losses, off, count);
    };
  },
};

/** Blends divergence into losses at x = ln(η/η*) where x > 0; what the blend would add at the optimum is subtracted. */
function divergenceOf({
  threshold,
  width,
  plateau,
}: Divergence): (losses: Float64Array, off: Float64Array, count: number) => void {
  const onset = Math.log(threshold);
  const atOptimum = logistic(-onset / width);
  return (losses, off, count) => {
    for (let i = 0; i < count; i++) {
      const loss = losses[i]!;
      if (!(off[i]! > 0) || loss >= plateau) continue;
      losses[i] = loss + ((plateau - loss) * (logistic((off[i]! - onset) / width) - atOptimum)) / (1 - atOptimum);
    }
  };
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
