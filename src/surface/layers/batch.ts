import * as z from "zod";
import { CONTEXT_LENGTH } from "../../task/accounting.ts";
import { objectSchema, positive } from "../../task/schema.ts";
import { Column, withTokens } from "../points.ts";
import type { Layer } from "./layer.ts";

/**
 * The cost of a large batch: S_min = S/(1 + B_crit/B), B_crit(L) = B*·L^(-1/α_B) tokens (McCandlish et al. 2018; Kaplan
 * et al. 2020, equations 5.3 and 5.4), written as the tokens a run is worth: D/(1 + B/B_crit). L is the loss the
 * surface below would reach with all its tokens, at most the untrained loss.
 */
export interface BatchLayer {
  readonly layer: "batch";
  /** B*, in tokens. */
  readonly criticalTokens: number;
  /** α_B. */
  readonly exponent: number;
}

export const batch: Layer<BatchLayer> = {
  name: "batch",
  schema: objectSchema<BatchLayer>({
    layer: z.literal("batch"),
    criticalTokens: positive,
    exponent: positive,
  }),
  build(inner, { criticalTokens, exponent }, untrainedLoss) {
    const logCritical = Math.log(criticalTokens);
    const tokens = new Column();
    return (points, losses) => {
      const { count } = points;
      inner(points, losses);
      const batch = points.batchSize.values;
      const own = points.tokens.values;
      const effective = tokens.overwrite();
      for (let i = 0; i < count; i++) effective[i] = Math.log(Math.min(losses[i]!, untrainedLoss));
      for (let i = 0; i < count; i++) {
        const critical = Math.exp(logCritical - effective[i]! / exponent);
        effective[i] = own[i]! * (1 / (1 + (batch[i]! * CONTEXT_LENGTH) / critical));
      }
      withTokens(inner, points, tokens, losses);
    };
  },
};
