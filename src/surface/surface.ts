import { type Gated, gated } from "./gated.ts";
import { type Bounded, bounded } from "./laws/bounded.ts";
import { type Broken, broken } from "./laws/broken.ts";
import { type Chinchilla, chinchilla } from "./laws/chinchilla.ts";
import { type Farseer, farseer } from "./laws/farseer.ts";
import { type Kaplan, kaplan } from "./laws/kaplan.ts";
import { type ThreeTerm, threeTerm } from "./laws/three-term.ts";
import { type BatchLayer, batchLayer } from "./layers/batch.ts";
import { type FewStepsLayer, fewStepsLayer } from "./layers/few-steps.ts";
import { type HeadDimensionLayer, headDimensionLayer } from "./layers/head-dimension.ts";
import { type LearningRateLayer, learningRateLayer } from "./layers/learning-rate.ts";
import { type ShapeLayer, shapeLayer } from "./layers/shape.ts";
import { type Mechanistic, mechanistic } from "./mechanistic.ts";
import type { Surface } from "./point.ts";
import type { Table } from "./replay/table.ts";

/** A law of the size and what it is trained on; layers go over it. */
export type Law = Chinchilla | Kaplan | ThreeTerm | Farseer | Bounded | Broken;
/** What a world is built on: a law; a surface of its own, which has its effects inside and takes no layers; or a table. */
export type Base = Law | Mechanistic | Gated | Table;
export type Layer = LearningRateLayer | BatchLayer | ShapeLayer | HeadDimensionLayer | FewStepsLayer;

/** A surface as data: its base, the layers over it from the inside out, and the loss nothing exceeds. */
export interface SurfaceDocument {
  readonly base: Base;
  readonly layers: readonly Layer[];
  /** ℓ0: the loss of the untrained model, in nats. */
  readonly untrainedLoss: number;
}

/** The surface a document describes. Never above the untrained loss, which is also what no step at all gives. */
export function buildSurface({ base, layers, untrainedLoss }: SurfaceDocument): Surface {
  let surface = buildBase(base, untrainedLoss);
  for (const layer of layers) surface = addLayer(surface, layer, untrainedLoss);
  const layered = surface;
  return (point) => (point.steps > 0 ? Math.min(layered(point), untrainedLoss) : untrainedLoss);
}

/** The loss no run goes below, in nats: what is left with unlimited parameters and tokens. */
export function floorOf(base: Base): number {
  return "E" in base ? base.E : 0;
}

/** Whether a base has learning rate, batch, shape and few steps inside it. */
export function hasEffectsInside(base: Base): base is Mechanistic | Gated {
  return base.law === "mechanistic" || base.law === "gated";
}

function buildBase(base: Base, untrainedLoss: number): Surface {
  switch (base.law) {
    case "chinchilla":
      return chinchilla(base);
    case "kaplan":
      return kaplan(base, untrainedLoss);
    case "three-term":
      return threeTerm(base);
    case "farseer":
      return farseer(base);
    case "bounded":
      return bounded(base, untrainedLoss);
    case "broken":
      return broken(base);
    case "mechanistic":
      return mechanistic(base, untrainedLoss);
    case "gated":
      return gated(base, untrainedLoss);
    case "table":
      throw new TypeError("a table of finished runs is no surface: buildWorld plays it back");
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
