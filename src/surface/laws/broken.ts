import * as z from "zod";
import { finite, nonNegative, objectSchema, positive } from "../../task/schema.ts";
import { ofSizes } from "../points.ts";
import type { Law } from "./law.ts";

/**
 * Chinchilla's two terms, each a smoothly broken power law with one break (Caballero et al. 2022, arXiv 2210.14891,
 * equation 1, with n = 1): term(x) = c·x^-a·(1 + (x/x1)^(1/f))^(-Δ·f). The exponent is a below the break and a + Δ
 * above.
 */
export interface Broken {
  readonly law: "broken";
  readonly E: number;
  readonly size: BrokenTerm;
  readonly data: BrokenTerm;
}

export interface BrokenTerm {
  /** c. */
  readonly coefficient: number;
  /** a: the exponent below the break. */
  readonly exponent: number;
  /** x1: where it breaks, in parameters or tokens. */
  readonly breakAt: number;
  /** Δ: what the exponent gains beyond; negative when progress slows down. */
  readonly change: number;
  /** f: the width of the break, in units of ln x. */
  readonly width: number;
}

const term = objectSchema<BrokenTerm>({
  coefficient: positive,
  exponent: positive,
  breakAt: positive,
  change: finite,
  width: positive,
}).refine(({ exponent, change }) => exponent + change > 0, {
  path: ["change"],
  message: "exponent + change must be positive, or more would be worse",
});

export const broken: Law<Broken> = {
  name: "broken",
  schema: objectSchema<Broken>({
    law: z.literal("broken"),
    E: nonNegative,
    size: term,
    data: term,
  }),
  floor: ({ E }) => E,
  build({ E, size, data }) {
    const sizeTerms = ofSizes(brokenTerm(size));
    const dataTerm = brokenTerm(data);
    return (points, losses) => {
      const { count } = points;
      const ofSize = sizeTerms(points);
      dataTerm(points.tokens.logs(count), losses, count);
      for (let i = 0; i < count; i++) losses[i] = E + ofSize[i]! + losses[i]!;
    };
  },
};

function brokenTerm({ coefficient, exponent, breakAt, change, width }: BrokenTerm): Parameters<typeof ofSizes>[0] {
  const logCoefficient = Math.log(coefficient);
  const logBreak = Math.log(breakAt);
  return (logX, terms, count) => {
    for (let i = 0; i < count; i++) terms[i] = Math.exp((logX[i]! - logBreak) / width);
    for (let i = 0; i < count; i++) {
      const beyond = (logX[i]! - logBreak) / width;
      // ln(1 + e^z) without overflow: z itself where e^z is all there is.
      terms[i] = beyond > 40 ? beyond : Math.log1p(terms[i]!);
    }
    for (let i = 0; i < count; i++)
      terms[i] = Math.exp(logCoefficient - exponent * logX[i]! - change * width * terms[i]!);
  };
}
