import type { Surface } from "../point.ts";

/** Attention heads narrower than `minimum` cost a fixed amount; above it their number has no effect. */
export interface HeadDimensionLayer {
  readonly layer: "head-dimension";
  /** d_model / num_heads below which heads are too narrow. */
  readonly minimum: number;
  /** In nats. */
  readonly cost: number;
}

export function headDimensionLayer(inner: Surface, layer: Omit<HeadDimensionLayer, "layer">): Surface {
  return (point) => inner(point) + (point.dModel / point.numHeads < layer.minimum ? layer.cost : 0);
}
