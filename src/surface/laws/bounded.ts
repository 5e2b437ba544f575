import * as z from "zod";
import { nonNegative, objectSchema, positive } from "../../task/schema.ts";
import { powerOfSize } from "../points.ts";
import type { Law } from "./law.ts";

/**
 * A law that is bounded by itself: L = E + U·λ/(U + λ), λ = A/N^α + B/D^β, U = ℓ0 - E. Chinchilla's law where λ is
 * small, the untrained loss ℓ0 where it is large (docs/surface.md, "Base laws").
 */
export interface Bounded {
  readonly law: "bounded";
  readonly E: number;
  readonly A: number;
  readonly B: number;
  readonly alpha: number;
  readonly beta: number;
}

export const bounded: Law<Bounded> = {
  name: "bounded",
  schema: objectSchema<Bounded>({
    law: z.literal("bounded"),
    E: nonNegative,
    A: positive,
    B: positive,
    alpha: positive,
    beta: positive,
  }),
  floor: ({ E }) => E,
  build({ E, A, B, alpha, beta }, untrainedLoss) {
    const logB = Math.log(B);
    const span = untrainedLoss - E;
    const sizeTerms = powerOfSize(A, alpha);
    return (points, losses) => {
      const { count } = points;
      const ofSize = sizeTerms(points);
      const logD = points.tokens.logs(count);
      for (let i = 0; i < count; i++) {
        const reducible = ofSize[i]! + Math.exp(logB - beta * logD[i]!);
        losses[i] = E + span / (1 + span / reducible);
      }
    };
  },
};
