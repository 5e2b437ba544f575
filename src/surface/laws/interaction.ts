import * as z from "zod";
import { finite, nonNegative, objectSchema, positive } from "../../task/schema.ts";
import { ofSizes } from "../points.ts";
import type { Law } from "./law.ts";

/**
 * Chinchilla's law with an interaction: E + A·n^-α + B·d^(-β·n^γ), n = N/N₀ and d = D/D₀. The exponent of the data changes
 * with the size of the model, as in Farseer's law, with fewer parameters. Its constants are those of real tables.
 */
export interface Interaction {
  readonly law: "interaction";
  readonly E: number;
  /** What size costs at N₀, in nats. */
  readonly A: number;
  /** What data costs at D₀, in nats. */
  readonly B: number;
  readonly alpha: number;
  readonly beta: number;
  /** γ: 0 is Chinchilla's law. */
  readonly gamma: number;
  /** N₀. */
  readonly parameters: number;
  /** D₀. */
  readonly tokens: number;
}

export const interaction: Law<Interaction> = {
  name: "interaction",
  schema: objectSchema<Interaction>({
    law: z.literal("interaction"),
    E: nonNegative,
    A: nonNegative,
    B: nonNegative,
    alpha: positive,
    beta: positive,
    gamma: finite,
    parameters: positive,
    tokens: positive,
  }),
  floor: ({ E }) => E,
  build({ E, A, B, alpha, beta, gamma, parameters, tokens }) {
    const logParameters = Math.log(parameters);
    const logTokens = Math.log(tokens);
    const sizeTerms = ofSizes((logN, terms, count) => {
      for (let i = 0; i < count; i++) terms[i] = A * Math.exp(-alpha * (logN[i]! - logParameters));
    });
    const exponents = ofSizes((logN, values, count) => {
      for (let i = 0; i < count; i++) values[i] = -beta * Math.exp(gamma * (logN[i]! - logParameters));
    });
    return (points, losses) => {
      const { count } = points;
      const [ofSize, exponent] = [sizeTerms(points), exponents(points)];
      const logD = points.tokens.logs(count);
      for (let i = 0; i < count; i++) losses[i] = E + ofSize[i]! + B * Math.exp(exponent[i]! * (logD[i]! - logTokens));
    };
  },
};
