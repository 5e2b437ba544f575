import * as z from "zod";
import { positive, taggedUnion } from "../task/schema.ts";
import * as laws from "./laws/index.ts";
import type { DocumentOfLaw, Law, Misfit } from "./laws/law.ts";
import * as layers from "./layers/index.ts";
import type { DocumentOfLayer, Layer } from "./layers/layer.ts";
import type { Surface } from "./points.ts";

/** What a world is built on: a law with its constants, or a table of finished runs. */
export type BaseDocument = DocumentOfLaw<(typeof laws)[keyof typeof laws]>;
/** An effect with its constants. */
export type LayerDocument = DocumentOfLayer<(typeof layers)[keyof typeof layers]>;

/** A surface as data: its base, the layers over it from the inside out, and the loss nothing exceeds. */
export interface SurfaceDocument {
  readonly base: BaseDocument;
  readonly layers: readonly LayerDocument[];
  /** ℓ0: the loss of the untrained model, in nats. */
  readonly untrainedLoss: number;
}

const LAWS: readonly Law<BaseDocument>[] = Object.values(laws);
const LAYERS: readonly Layer<LayerDocument>[] = Object.values(layers);

export const surfaceSchema: z.ZodType<SurfaceDocument> = z
  .strictObject({
    base: taggedUnion<BaseDocument>(
      "law",
      LAWS.map(({ schema }) => schema),
    ),
    layers: z.array(
      taggedUnion<LayerDocument>(
        "layer",
        LAYERS.map(({ schema }) => schema),
      ),
    ),
    untrainedLoss: positive,
  })
  .superRefine((document, context) => {
    for (const misfit of misfits(document)) context.addIssue({ code: "custom", ...misfit });
  });

function misfits({ base, layers, untrainedLoss }: SurfaceDocument): Misfit[] {
  const law = lawOf(base);
  const found: Misfit[] = [];
  if (law.takesNoLayers && layers.length > 0)
    found.push({ path: ["layers"], message: "this base includes its effects: it takes no layers" });
  if (law.floor(base) >= untrainedLoss)
    found.push({ path: ["base", "E"], message: "must be below the untrained loss" });
  const own = law.misfit?.(base, { layers: layers.map(({ layer }) => layer), untrainedLoss });
  return own ? [...found, own] : found;
}

/** The surface a document describes. Never above the untrained loss, which is also what no step at all gives. */
export function buildSurface({ base, layers, untrainedLoss }: SurfaceDocument): Surface {
  let surface = lawOf(base).build(base, untrainedLoss);
  for (const layer of layers) surface = layerOf(layer).build(surface, layer, untrainedLoss);
  const layered = surface;
  return (points, losses) => {
    layered(points, losses);
    const steps = points.steps.values;
    for (let i = 0; i < points.count; i++)
      losses[i] = steps[i]! > 0 ? Math.min(losses[i]!, untrainedLoss) : untrainedLoss;
  };
}

/** What a base leaves of the loss with unlimited parameters and tokens, in nats; layers over it may end a little lower. */
export function floorOf(base: BaseDocument): number {
  return lawOf(base).floor(base);
}

function lawOf({ law }: BaseDocument): Law<BaseDocument> {
  return LAWS.find(({ name }) => name === law)!;
}

function layerOf({ layer }: LayerDocument): Layer<LayerDocument> {
  return LAYERS.find(({ name }) => name === layer)!;
}
