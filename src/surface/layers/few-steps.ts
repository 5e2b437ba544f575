import * as z from "zod";
import { nonNegative, objectSchema, positive } from "../../task/schema.ts";
import { Column, withTokens } from "../points.ts";
import type { Layer } from "./layer.ts";

/** Slow first steps and the plateau of the untrained model. */
export interface FewStepsLayer {
  readonly layer: "few-steps";
  /** S_w: of S steps, S²/(S + S_w) count. */
  readonly slowSteps: number;
  /** p of the saturation at the untrained loss. */
  readonly sharpness: number;
}

export const fewSteps: Layer<FewStepsLayer> = {
  name: "few-steps",
  schema: objectSchema<FewStepsLayer>({
    layer: z.literal("few-steps"),
    slowSteps: nonNegative,
    sharpness: positive,
  }),
  build(inner, { slowSteps, sharpness }, untrainedLoss) {
    const tokens = new Column();
    return (points, losses) => {
      const { count } = points;
      const steps = points.steps.values;
      const own = points.tokens.values;
      const effective = tokens.overwrite();
      for (let i = 0; i < count; i++) effective[i] = own[i]! * (steps[i]! / (steps[i]! + slowSteps));
      withTokens(inner, points, tokens, losses);
      saturate(losses, count, untrainedLoss, sharpness);
    };
  },
};

const one = new Float64Array(1);

/** The same of one loss. */
export function saturated(loss: number, untrainedLoss: number, sharpness: number): number {
  one[0] = loss;
  saturate(one, 1, untrainedLoss, sharpness);
  return one[0]!;
}

/**
 * Makes losses those of models that have hardly trained: (ℓ0^-p + λ^-p)^(-1/p), never above the untrained loss ℓ0 and never
 * above λ, the loss a law promises; an infinite λ gives ℓ0.
 */
export function saturate(losses: Float64Array, count: number, untrainedLoss: number, sharpness: number): void {
  for (let i = 0; i < count; i++) losses[i] = Math.log(losses[i]! / untrainedLoss);
  for (let i = 0; i < count; i++) losses[i] = Math.exp(-sharpness * losses[i]!);
  for (let i = 0; i < count; i++) losses[i] = Math.log1p(losses[i]!);
  for (let i = 0; i < count; i++) losses[i] = untrainedLoss * Math.exp(-losses[i]! / sharpness);
}
