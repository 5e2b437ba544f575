import type * as z from "zod";
import { finite, objectSchema, positive } from "../../task/schema.ts";
import { BLOCK, type Points } from "../points.ts";

/** x*(N, D, C, B) = coefficient · N^n · D^d · C^c · B^b: the form that Step Law, Porian et al., DeepSeek and OELLM share. */
export interface OptimumLaw {
  readonly coefficient: number;
  readonly N: number;
  readonly D: number;
  readonly C: number;
  /** Exponent of the batch size in sequences. Absent: 0. */
  readonly B?: number;
}

export const optimumLawSchema: z.ZodType<OptimumLaw> = objectSchema<OptimumLaw>({
  coefficient: positive,
  N: finite,
  D: finite,
  C: finite,
  B: finite.exactOptional() as z.ZodType<number>,
});

/** ln of the optimum at points, until the next call. */
export function logOptimum(law: OptimumLaw): (points: Points) => Float64Array {
  const { N, D, C, B = 0 } = law;
  const logCoefficient = Math.log(law.coefficient);
  const optimum = new Float64Array(BLOCK);
  const add = (exponent: number, logs: Float64Array, count: number) => {
    for (let i = 0; i < count; i++) optimum[i] = optimum[i]! + exponent * logs[i]!;
  };
  return ({ parameters, tokens, trainFlops, batchSize, count }) => {
    const logN = parameters.logs(count);
    for (let i = 0; i < count; i++) optimum[i] = logCoefficient + N * logN[i]!;
    if (D !== 0) add(D, tokens.logs(count), count);
    if (C !== 0) add(C, trainFlops.logs(count), count);
    if (B !== 0) add(B, batchSize.logs(count), count);
    return optimum;
  };
}
