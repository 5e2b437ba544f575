import * as z from "zod";
import type { ChinchillaLaw } from "../../law/chinchilla.ts";
import { nonNegative, objectSchema, positive } from "../../task/schema.ts";
import { powerOfSize } from "../points.ts";
import type { Law } from "./law.ts";

/** Hoffmann et al. 2022, equation 2: L(N, D) = E + A/N^α + B/D^β. Loss in nats, N in parameters, D in tokens. */
export interface Chinchilla extends ChinchillaLaw {
  readonly law: "chinchilla";
}

export const chinchilla: Law<Chinchilla> = {
  name: "chinchilla",
  schema: objectSchema<Chinchilla>({
    law: z.literal("chinchilla"),
    E: nonNegative,
    A: positive,
    B: positive,
    alpha: positive,
    beta: positive,
  }),
  floor: ({ E }) => E,
  build({ E, A, B, alpha, beta }) {
    const logB = Math.log(B);
    // Written out, not called from src/law: worlds answer half as fast through the call.
    const sizeTerms = powerOfSize(A, alpha);
    return (points, losses) => {
      const { count } = points;
      const ofSize = sizeTerms(points);
      const logD = points.tokens.logs(count);
      for (let i = 0; i < count; i++) losses[i] = E + ofSize[i]! + Math.exp(logB - beta * logD[i]!);
    };
  },
};
