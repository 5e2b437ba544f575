import type { Belief } from "../moves/laplace.ts";
import type { Sight } from "./sight.ts";

/** A family of whole surfaces, hyper-parameters included: what is believed of its variables, and its loss in nats. */
export interface SurfaceFamily {
  readonly name: string;
  readonly belief: Belief;
  /** Share of the posterior's spread of the loss that development worlds bear out (docs/champion.md). */
  readonly borneOut: number;
  readonly loss: (x: Float64Array, sight: Sight) => number;
}
