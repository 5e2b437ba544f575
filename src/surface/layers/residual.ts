import * as z from "zod";
import { finite, objectSchema, positive } from "../../task/schema.ts";
import type { Layer } from "./layer.ts";

/**
 * What a law misses of a table, as a polynomial in x and y: ln N and ln D, each from −1 at the low end of the table to 1
 * at its high end. Beyond an end the value at that end counts, since a polynomial says nothing there.
 */
export interface ResidualLayer {
  readonly layer: "residual";
  /** The smallest and the largest N the polynomial was fitted to. */
  readonly parameters: readonly [low: number, high: number];
  /** The same of D, in tokens. */
  readonly tokens: readonly [low: number, high: number];
  /** Of 1, x, y, x², xy, y², x³, x²y, xy², y³, in nats; those left out at the end are 0. */
  readonly coefficients: readonly number[];
}

const ends: z.ZodType<readonly [number, number]> = z.tuple([positive, positive]);

export const residual: Layer<ResidualLayer> = {
  name: "residual",
  schema: objectSchema<ResidualLayer>({
    layer: z.literal("residual"),
    parameters: ends,
    tokens: ends,
    coefficients: z.array(finite).min(1).max(10),
  }),
  build(inner, { parameters, tokens, coefficients }) {
    const x = unitCoordinate(parameters);
    const y = unitCoordinate(tokens);
    const terms = new Float64Array(10);
    return (point) => {
      residualTerms(x(Math.log(point.parameters)), y(Math.log(point.tokens)), terms);
      let sum = 0;
      for (let i = 0; i < coefficients.length; i++) sum += (coefficients[i] as number) * (terms[i] as number);
      const loss = inner(point);
      // A polynomial can be wrong by any amount; a loss cannot be negative.
      return Math.max(loss / 2, loss + sum);
    };
  },
};

/** From ln of a value to −1 … 1 between the two ends, clamped. */
export function unitCoordinate([low, high]: readonly [number, number]): (log: number) => number {
  const center = (Math.log(low) + Math.log(high)) / 2;
  const half = Math.max(1e-9, Math.abs(Math.log(high) - Math.log(low)) / 2);
  return (log) => Math.min(1, Math.max(-1, (log - center) / half));
}

/** Fills `terms` with the ten monomials up to degree 3, in the order of the coefficients. */
export function residualTerms(x: number, y: number, terms: Float64Array): void {
  const values = [1, x, y, x * x, x * y, y * y, x * x * x, x * x * y, x * y * y, y * y * y];
  for (let i = 0; i < 10; i++) terms[i] = values[i] as number;
}
