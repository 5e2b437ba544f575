import type { Surface } from "../point.ts";

/** The cost of a lopsided model: k·ln²((d/L)/r*), and f·ln²(L_few/L) more below L_few layers (docs/surface.md, "Shape"). */
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

export function shapeLayer(inner: Surface, layer: Omit<ShapeLayer, "layer">): Surface {
  const logBest = Math.log(layer.bestAspectRatio);
  const logFew = Math.log(layer.fewLayers);
  return (point) => {
    const logLayers = Math.log(point.numLayers);
    const aspect = Math.log(point.dModel) - logLayers - logBest;
    const missing = Math.max(0, logFew - logLayers);
    return inner(point) + layer.strength * aspect * aspect + layer.fewLayersStrength * missing * missing;
  };
}
