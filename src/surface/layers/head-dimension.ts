import * as z from "zod";
import { nonNegative, objectSchema, positive } from "../../task/schema.ts";
import type { Layer } from "./layer.ts";

/** Attention heads narrower than `minimum` cost a fixed amount; above it their number has no effect. */
export interface HeadDimensionLayer {
  readonly layer: "head-dimension";
  /** d_model / num_heads below which heads are too narrow. */
  readonly minimum: number;
  /** In nats. */
  readonly cost: number;
}

export const headDimension: Layer<HeadDimensionLayer> = {
  name: "head-dimension",
  schema: objectSchema<HeadDimensionLayer>({
    layer: z.literal("head-dimension"),
    minimum: positive,
    cost: nonNegative,
  }),
  build(inner, { minimum, cost }) {
    return (points, losses) => {
      inner(points, losses);
      const width = points.dModel.values;
      const heads = points.numHeads.values;
      for (let i = 0; i < points.count; i++) if (width[i]! / heads[i]! < minimum) losses[i] = losses[i]! + cost;
    };
  },
};
