import * as z from "zod";
import { nonNegative, objectSchema, positive } from "../../task/schema.ts";
import type { Layer } from "./layer.ts";
import { logOptimum, type OptimumLaw, optimumLawSchema } from "./optimum-law.ts";

/**
 * A best batch size B* between the smallest and the largest, κ·ln²(B/B*): what Step Law (Li et al. 2025, arXiv
 * 2503.04715) and OELLM measured at a given number of tokens. In the layer `batch` only large batches cost.
 */
export interface BatchOptimumLayer {
  readonly layer: "batch-optimum";
  /** B*, in sequences. */
  readonly optimum: OptimumLaw;
  /** κ, in nats. */
  readonly curvature: number;
  /** |ln(B/B*)| up to which the bowl is quadratic; beyond, it continues as a straight line. */
  readonly bowlWidth: number;
}

export const batchOptimum: Layer<BatchOptimumLayer> = {
  name: "batch-optimum",
  schema: objectSchema<BatchOptimumLayer>({
    layer: z.literal("batch-optimum"),
    optimum: optimumLawSchema,
    curvature: nonNegative,
    bowlWidth: positive,
  }),
  build(inner, { optimum, curvature, bowlWidth }) {
    const optimumAt = logOptimum(optimum);
    return (points, losses) => {
      const { count } = points;
      inner(points, losses);
      const best = optimumAt(points);
      const batch = points.batchSize.logs(count);
      for (let i = 0; i < count; i++) {
        const distance = Math.abs(batch[i]! - best[i]!);
        const bowl = distance <= bowlWidth ? distance * distance : bowlWidth * (2 * distance - bowlWidth);
        losses[i] = losses[i]! + curvature * bowl;
      }
    };
  },
};
