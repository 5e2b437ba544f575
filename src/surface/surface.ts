import { type Chinchilla, chinchilla } from "./laws/chinchilla.ts";
import { type BatchLayer, batchLayer } from "./layers/batch.ts";
import { type FewStepsLayer, fewStepsLayer } from "./layers/few-steps.ts";
import { type HeadDimensionLayer, headDimensionLayer } from "./layers/head-dimension.ts";
import { type LearningRateLayer, learningRateLayer } from "./layers/learning-rate.ts";
import { type ShapeLayer, shapeLayer } from "./layers/shape.ts";
import { type Mechanistic, mechanistic } from "./mechanistic.ts";
import type { Surface } from "./point.ts";

/** What a surface is built on: a law of (N, D), or a surface of its own that takes no layers. */
export type Base = Chinchilla | Mechanistic;
export type Layer = LearningRateLayer | BatchLayer | ShapeLayer | HeadDimensionLayer | FewStepsLayer;

/** A surface as data: its base, the layers over it from the inside out, and the loss nothing exceeds. */
export interface SurfaceDocument {
  readonly base: Base;
  readonly layers: readonly Layer[];
  /** ℓ0: the loss of the untrained model, in nats. */
  readonly untrainedLoss: number;
}

/** The surface a document describes. Never above the untrained loss. */
export function buildSurface({ base, layers, untrainedLoss }: SurfaceDocument): Surface {
  let surface = buildBase(base, untrainedLoss);
  for (const layer of layers) surface = addLayer(surface, layer, untrainedLoss);
  const layered = surface;
  return (point) => Math.min(layered(point), untrainedLoss);
}

function buildBase(base: Base, untrainedLoss: number): Surface {
  switch (base.law) {
    case "chinchilla":
      return chinchilla(base);
    case "mechanistic":
      return mechanistic(base, untrainedLoss);
  }
}

function addLayer(inner: Surface, layer: Layer, untrainedLoss: number): Surface {
  switch (layer.layer) {
    case "learning-rate":
      return learningRateLayer(inner, layer);
    case "batch":
      return batchLayer(inner, layer, untrainedLoss);
    case "shape":
      return shapeLayer(inner, layer);
    case "head-dimension":
      return headDimensionLayer(inner, layer);
    case "few-steps":
      return fewStepsLayer(inner, layer, untrainedLoss);
  }
}
