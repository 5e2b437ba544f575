import type * as z from "zod";
import { finite, objectSchema, positive } from "../../task/schema.ts";
import type { Point } from "../point.ts";

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

/** ln of the optimum at a point. */
export function logOptimum(law: OptimumLaw): (point: Point) => number {
  const { N, D, C, B = 0 } = law;
  const logCoefficient = Math.log(law.coefficient);
  return (point) =>
    logCoefficient +
    N * Math.log(point.parameters) +
    (D === 0 ? 0 : D * Math.log(point.tokens)) +
    (C === 0 ? 0 : C * Math.log(point.trainFlops)) +
    (B === 0 ? 0 : B * Math.log(point.batchSize));
}
