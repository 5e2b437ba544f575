import * as z from "zod";
import { interpolate } from "../../../statistics/interpolate.ts";
import { finite, nonNegative, objectSchema, share } from "../../../task/schema.ts";
import { normal, uniform } from "../../hash.ts";
import type { JobLayer } from "./layer.ts";

/** How much runs of one configuration differ. Standard deviations are of ln loss and ln seconds. */
export interface NoiseLayer {
  /** [loss, standard deviation of a run] knots, ascending in loss. */
  readonly lossByLoss: readonly (readonly [loss: number, sd: number])[];
  /** Of one evaluation within a run, as a share of the run's. */
  readonly withinRun: number;
  readonly runtime: number;
  /** The share of runs on a slow node. */
  readonly slow: number;
  /** How many times longer those take, at least and at most. */
  readonly slowdown: readonly [least: number, most: number];
}

/** The noise of a run that a hash belongs to. */
export interface RunNoise {
  /** What the loss at evaluation `i` is multiplied by. */
  loss(expected: number, i: number): number;
  readonly runtime: number;
  /** The runtime if it were on a slow node. */
  readonly slowRuntime: number;
}

export const noise: JobLayer<NoiseLayer, (hash: number) => RunNoise> = {
  schema: objectSchema<NoiseLayer>({
    lossByLoss: z.array(z.tuple([finite, nonNegative])).min(1),
    withinRun: nonNegative,
    runtime: nonNegative,
    slow: share,
    slowdown: z.tuple([z.number().min(1), z.number().min(1)]),
  }),
  build: (c) => (hash) => {
    const offset = normal(hash, 0);
    const ordinary = Math.exp(c.runtime * normal(hash, 2));
    const slowed = ordinary * (c.slowdown[0] + (c.slowdown[1] - c.slowdown[0]) * uniform(hash, 5));
    return {
      loss: (expected, i) =>
        Math.exp(interpolate(c.lossByLoss, expected) * (offset + c.withinRun * normal(hash, FIRST_EVALUATION + 2 * i))),
      runtime: uniform(hash, 4) < c.slow ? slowed : ordinary,
      slowRuntime: slowed,
    };
  },
};

/** Draws before this one belong to the run as a whole, and to `cluster.ts` and `lattice.ts`. */
const FIRST_EVALUATION = 100;
