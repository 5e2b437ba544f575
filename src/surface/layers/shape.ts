import * as z from "zod";
import { nonNegative, objectSchema, positive } from "../../task/schema.ts";
import type { Layer } from "./layer.ts";

/** The cost of a bad shape: k·ln²((d/L)/r*), and f·ln²(L_few/L) more below L_few layers. */
export interface ShapeLayer {
  readonly layer: "shape";
  /** k, in nats. */
  readonly strength: number;
  /** r*: the best d_model / num_layers. */
  readonly bestAspectRatio: number;
  /** L_few: below this depth the model is also too shallow. */
  readonly fewLayers: number;
  /** f, in nats. */
  readonly fewLayersStrength: number;
}

export const shape: Layer<ShapeLayer> = {
  name: "shape",
  schema: objectSchema<ShapeLayer>({
    layer: z.literal("shape"),
    strength: nonNegative,
    bestAspectRatio: positive,
    fewLayers: positive,
    fewLayersStrength: nonNegative,
  }),
  build(inner, { strength, bestAspectRatio, fewLayers, fewLayersStrength }) {
    const logBest = Math.log(bestAspectRatio);
    const logFew = Math.log(fewLayers);
    return (points, losses) => {
      const { count } = points;
      inner(points, losses);
      const logWidth = points.dModel.logs(count);
      const logLayers = points.numLayers.logs(count);
      for (let i = 0; i < count; i++) {
        const aspect = logWidth[i]! - logLayers[i]! - logBest;
        const missing = Math.max(0, logFew - logLayers[i]!);
        losses[i] = losses[i]! + strength * aspect * aspect + fewLayersStrength * missing * missing;
      }
    };
  },
};
