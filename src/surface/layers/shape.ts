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
    return (point) => {
      const logLayers = Math.log(point.numLayers);
      const aspect = Math.log(point.dModel) - logLayers - logBest;
      const missing = Math.max(0, logFew - logLayers);
      return inner(point) + strength * aspect * aspect + fewLayersStrength * missing * missing;
    };
  },
};
