import type { ObjectSchema } from "../../task/schema.ts";
import type { Surface } from "../points.ts";

/**
 * An effect over a surface. One file exports one layer, which `index.ts` lists.
 *
 * @typeParam T the layer's part of a world's document.
 */
export interface Layer<T extends { readonly layer: string }> {
  readonly name: T["layer"];
  readonly schema: ObjectSchema<T>;
  /**
   * The surface below with the effect over it, in nats.
   *
   * @param untrainedLoss ℓ0 in nats: the loss before the first step.
   */
  build(inner: Surface, constants: Omit<T, "layer">, untrainedLoss: number): Surface;
}

/** The part of a world's document that a layer reads. */
export type DocumentOfLayer<L> = L extends Layer<infer T> ? T : never;
