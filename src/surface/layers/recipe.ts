import * as z from "zod";
import { objectSchema } from "../../task/schema.ts";
import type { Layer } from "./layer.ts";
import { logOptimum, type OptimumLaw, optimumLawSchema } from "./optimum-law.ts";

/**
 * A sweep whose learning rate and batch size follow from N and C: the layers below get these, not the values in the
 * query. Put it last, over the effects.
 */
export interface RecipeLayer {
  readonly layer: "recipe";
  readonly learningRate: OptimumLaw;
  /** In sequences. */
  readonly batchSize: OptimumLaw;
}

export const recipe: Layer<RecipeLayer> = {
  name: "recipe",
  schema: objectSchema<RecipeLayer>({
    layer: z.literal("recipe"),
    learningRate: optimumLawSchema,
    batchSize: optimumLawSchema,
  }),
  build(inner, { learningRate, batchSize }) {
    const rateAt = logOptimum(learningRate);
    const batchAt = logOptimum(batchSize);
    return (point) => {
      const asked = [point.learningRate, point.batchSize] as const;
      point.batchSize = Math.exp(batchAt(point));
      point.learningRate = Math.exp(rateAt(point));
      const loss = inner(point);
      [point.learningRate, point.batchSize] = asked;
      return loss;
    };
  },
};
