import type { ObjectSchema } from "../../task/schema.ts";
import type { Surface } from "../points.ts";

/**
 * A base law: loss as a function of a run's size, tokens and steps. One file exports one law, which `index.ts` lists.
 *
 * @typeParam T the law's part of a world's document.
 */
export interface Law<T extends { readonly law: string }> {
  readonly name: T["law"];
  readonly schema: ObjectSchema<T>;
  /**
   * The law as a surface, in nats.
   *
   * @param untrainedLoss ℓ0 in nats: the loss before the first step.
   */
  build(constants: Omit<T, "law">, untrainedLoss: number): Surface;
  /** The loss no run goes below, in nats: what is left with unlimited parameters and tokens. */
  floor(constants: Omit<T, "law">): number;
  /** Whether the law includes the effects of learning rate, batch, shape and few steps, so that it takes no layers. */
  readonly takesNoLayers?: true;
  /** What does not fit the rest of the surface. */
  misfit?(constants: Omit<T, "law">, surface: LawSetting): Misfit | undefined;
}

/** The rest of a surface. */
export interface LawSetting {
  /** The names of the layers over the law. */
  readonly layers: readonly string[];
  /** In nats. */
  readonly untrainedLoss: number;
}

export interface Misfit {
  /** From the surface's document down. */
  readonly path: string[];
  readonly message: string;
}

/** The part of a world's document that a law reads. */
export type DocumentOfLaw<L> = L extends Law<infer T> ? T : never;
