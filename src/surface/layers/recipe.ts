import * as z from "zod";
import { objectSchema } from "../../task/schema.ts";
import { Column } from "../points.ts";
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
    const rates = new Column();
    const batches = new Column();
    return (points, losses) => {
      const asked = [points.learningRate, points.batchSize] as const;
      exponentials(batchAt(points), batches.overwrite(), points.count);
      points.batchSize = batches;
      exponentials(rateAt(points), rates.overwrite(), points.count);
      points.learningRate = rates;
      inner(points, losses);
      [points.learningRate, points.batchSize] = asked;
    };
  },
};

function exponentials(logs: Float64Array, values: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) values[i] = Math.exp(logs[i]!);
}
