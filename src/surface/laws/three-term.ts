import * as z from "zod";
import { CONTEXT_LENGTH } from "../../task/accounting.ts";
import { nonNegative, objectSchema, positive } from "../../task/schema.ts";
import { BLOCK, powerOfSize } from "../points.ts";
import type { Law } from "./law.ts";

/**
 * A law of size, tokens and steps: L(N, D, S) = E + A/N^α + B/D^β + F/S^φ. Capacity, data and optimization each limit
 * the loss on their own: the same tokens in larger batches, so in fewer steps, are worth less (docs/surface.md, "Base
 * laws").
 */
export interface ThreeTerm {
  readonly law: "three-term";
  readonly E: number;
  readonly A: number;
  readonly alpha: number;
  readonly B: number;
  readonly beta: number;
  readonly F: number;
  readonly phi: number;
}

export const threeTerm: Law<ThreeTerm> = {
  name: "three-term",
  schema: objectSchema<ThreeTerm>({
    law: z.literal("three-term"),
    E: nonNegative,
    A: positive,
    alpha: positive,
    B: positive,
    beta: positive,
    F: positive,
    phi: positive,
  }),
  floor: ({ E }) => E,
  build({ E, A, alpha, B, beta, F, phi }) {
    const logB = Math.log(B);
    const logF = Math.log(F);
    const sizeTerms = powerOfSize(A, alpha);
    const logS = new Float64Array(BLOCK);
    return (points, losses) => {
      const { count } = points;
      const ofSize = sizeTerms(points);
      const batch = points.batchSize.values;
      const logD = points.tokens.logs(count);
      for (let i = 0; i < count; i++) logS[i] = logD[i]! - Math.log(batch[i]! * CONTEXT_LENGTH);
      for (let i = 0; i < count; i++)
        losses[i] = E + ofSize[i]! + Math.exp(logB - beta * logD[i]!) + Math.exp(logF - phi * logS[i]!);
    };
  },
};
