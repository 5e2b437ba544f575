import * as z from "zod";
import { CONTEXT_LENGTH } from "../../task/accounting.ts";
import { objectSchema, positive } from "../../task/schema.ts";
import { BLOCK, ofSizes } from "../points.ts";
import type { Law } from "./law.ts";

/**
 * Kaplan et al. 2020, equation 1.6: L(N, S_min) = (N_c/N)^α_N + (S_c/S_min)^α_S, without a floor. S_min = S/(1 +
 * B_crit/B) with B_crit(L) = B*·L^(-1/α_B) tokens (equations 5.3 and 5.4) is included: no batch layer goes over it.
 */
export interface Kaplan {
  readonly law: "kaplan";
  /** N_c, in parameters. */
  readonly criticalParameters: number;
  readonly alphaN: number;
  /** S_c, in steps. */
  readonly criticalSteps: number;
  readonly alphaS: number;
  /** B*, in tokens. */
  readonly criticalTokens: number;
  readonly alphaB: number;
}

const ITERATIONS = 40;

export const kaplan: Law<Kaplan> = {
  name: "kaplan",
  schema: objectSchema<Kaplan>({
    law: z.literal("kaplan"),
    criticalParameters: positive,
    alphaN: positive,
    criticalSteps: positive,
    alphaS: positive,
    criticalTokens: positive,
    alphaB: positive,
  }),
  floor: () => 0,
  misfit: (_, { layers }) =>
    layers.includes("batch")
      ? { path: ["layers"], message: "Kaplan's law includes the critical batch size: it takes no batch layer" }
      : undefined,
  /** S_min and the loss depend on each other through B_crit(L): Newton's method on ln S_min, which has one solution. */
  build(constants, untrainedLoss) {
    const { criticalParameters, alphaN, criticalSteps, alphaS, criticalTokens, alphaB } = constants;
    const logNc = Math.log(criticalParameters);
    const logSc = Math.log(criticalSteps);
    const logCritical = Math.log(criticalTokens);
    const sizeTerms = ofSizes((logN, terms, count) => {
      for (let i = 0; i < count; i++) terms[i] = Math.exp(alphaN * (logNc - logN[i]!));
    });
    const logSteps = new Float64Array(BLOCK);
    const left = new Float64Array(BLOCK);
    const critical = new Float64Array(BLOCK);
    const searched = new Int32Array(BLOCK);
    return (points, losses) => {
      const { count } = points;
      const ofSize = sizeTerms(points);
      const batch = points.batchSize.values;
      const logTokens = points.tokens.logs(count);
      for (let i = 0; i < count; i++) {
        logSteps[i] = logTokens[i]! - Math.log(batch[i]! * CONTEXT_LENGTH);
        searched[i] = i;
      }
      for (let iteration = 0, open = count; iteration < ITERATIONS && open > 0; iteration++) {
        for (let k = 0; k < open; k++) {
          const i = searched[k]!;
          left[i] = Math.exp(alphaS * (logSc - logSteps[i]!));
          losses[i] = Math.min(ofSize[i]! + left[i]!, untrainedLoss);
        }
        for (let k = 0; k < open; k++) critical[searched[k]!] = Math.log(losses[searched[k]!]!);
        for (let k = 0; k < open; k++)
          critical[searched[k]!] = Math.exp(logCritical - critical[searched[k]!]! / alphaB);
        const before = open;
        open = 0;
        for (let k = 0; k < before; k++) {
          const i = searched[k]!;
          const together = batch[i]! * CONTEXT_LENGTH + critical[i]!;
          const excess = logSteps[i]! + Math.log(together) - logTokens[i]!;
          const loss = losses[i]!;
          const slope =
            1 + (loss < untrainedLoss ? ((critical[i]! / together) * alphaS * left[i]!) / (alphaB * loss) : 0);
          logSteps[i] = logSteps[i]! - excess / slope;
          // Newton's step squares the error.
          if (Math.abs(excess) > 1e-8) searched[open++] = i;
        }
      }
      for (let i = 0; i < count; i++) losses[i] = ofSize[i]! + Math.exp(alphaS * (logSc - logSteps[i]!));
    };
  },
};
