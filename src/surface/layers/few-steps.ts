import * as z from "zod";
import { nonNegative, objectSchema, positive } from "../../task/schema.ts";
import { withTokens } from "../point.ts";
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
    return (point) => {
      const loss = withTokens(inner, point, point.steps / (point.steps + slowSteps));
      return saturated(loss, untrainedLoss, sharpness);
    };
  },
};

/**
 * The loss of a model that has hardly trained: (ℓ0^-p + λ^-p)^(-1/p), never above the untrained loss ℓ0 and never above
 * λ, the loss a law promises; an infinite λ gives ℓ0.
 */
export function saturated(loss: number, untrainedLoss: number, sharpness: number): number {
  const ratio = Math.exp(-sharpness * Math.log(loss / untrainedLoss));
  return untrainedLoss * Math.exp(-Math.log1p(ratio) / sharpness);
}
