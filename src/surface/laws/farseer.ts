import * as z from "zod";
import { finite, objectSchema } from "../../task/schema.ts";
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
    return (point) => {
      const logN = Math.log(point.parameters);
      const dataExponent = Math.exp(valueAt(exponent, logN));
      return (
        Math.exp(valueAt(floor, logN)) + Math.exp(valueAt(coefficient, logN) - dataExponent * Math.log(point.tokens))
      );
    };
  },
};

function valueAt({ slope, power, constant }: PowerPlusConstant, logN: number): number {
  return slope * Math.exp(power * logN) + constant;
}
