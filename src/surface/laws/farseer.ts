import * as z from "zod";
import { finite, objectSchema } from "../../task/schema.ts";
import { ofSizes } from "../points.ts";
import type { Law } from "./law.ts";

/**
 * Farseer (Li et al. 2025, arXiv 2506.10972), nine parameters: L(N, D) = e^(s(N)) + e^(k(N))·D^(-e^(r(N))), each of s,
 * k and r a power of N plus a constant. The exponent of the data changes with the size of the model.
 */
export interface Farseer {
  readonly law: "farseer";
  /** s(N): logarithm of what no data removes. */
  readonly floor: PowerPlusConstant;
  /** k(N): logarithm of the data term's coefficient. */
  readonly coefficient: PowerPlusConstant;
  /** r(N): logarithm of the data term's exponent. */
  readonly exponent: PowerPlusConstant;
}

/** slope·N^power + constant. */
export interface PowerPlusConstant {
  readonly slope: number;
  readonly power: number;
  readonly constant: number;
}

const powerPlusConstant = objectSchema<PowerPlusConstant>({ slope: finite, power: finite, constant: finite });

export const farseer: Law<Farseer> = {
  name: "farseer",
  schema: objectSchema<Farseer>({
    law: z.literal("farseer"),
    floor: powerPlusConstant,
    coefficient: powerPlusConstant,
    exponent: powerPlusConstant,
  }),
  floor: () => 0,
  build({ floor, coefficient, exponent }) {
    const floors = ofSizes(exponentialOf(floor));
    const coefficients = ofSizes(valuesOf(coefficient));
    const exponents = ofSizes(exponentialOf(exponent));
    return (points, losses) => {
      const { count } = points;
      const [floorAt, coefficientAt, exponentAt] = [floors(points), coefficients(points), exponents(points)];
      const logD = points.tokens.logs(count);
      for (let i = 0; i < count; i++) losses[i] = floorAt[i]! + Math.exp(coefficientAt[i]! - exponentAt[i]! * logD[i]!);
    };
  },
};

type OfSizes = Parameters<typeof ofSizes>[0];

function valuesOf({ slope, power, constant }: PowerPlusConstant): OfSizes {
  return (logN, values, count) => {
    for (let i = 0; i < count; i++) values[i] = slope * Math.exp(power * logN[i]!) + constant;
  };
}

function exponentialOf(law: PowerPlusConstant): OfSizes {
  const fill = valuesOf(law);
  return (logN, values, count) => {
    fill(logN, values, count);
    for (let i = 0; i < count; i++) values[i] = Math.exp(values[i]!);
  };
}
