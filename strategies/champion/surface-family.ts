import type { Belief } from "../believing/laplace.ts";
import type { Sight } from "./sight.ts";

/** Expected loss of a configuration, in nats. */
export type Surface = (sight: Sight) => number;

/** A family of whole surfaces, hyper-parameters included: what is believed of its variables, and its loss in nats. */
export interface SurfaceFamily {
  readonly name: string;
  readonly belief: Belief;
  /** Share of the posterior's spread of the loss that development worlds bear out (docs/champion.md). */
  readonly borneOut: number;
  /** The loss everywhere, given the variables: what does not depend on the configuration is worked out once. */
  readonly surfaceAt: (x: Float64Array) => Surface;
}
