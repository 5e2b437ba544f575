import * as z from "zod";
import { CONTEXT_LENGTH } from "../../task/accounting.ts";
import { objectSchema, positive } from "../../task/schema.ts";
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
    return (point) => {
      const batchTokens = point.batchSize * CONTEXT_LENGTH;
      const size = Math.exp(alphaN * (logNc - Math.log(point.parameters)));
      const logTokens = Math.log(point.tokens);
      let logSteps = logTokens - Math.log(batchTokens);
      for (let iteration = 0; iteration < ITERATIONS; iteration++) {
        const left = Math.exp(alphaS * (logSc - logSteps));
        const loss = Math.min(size + left, untrainedLoss);
        const criticalBatch = Math.exp(logCritical - Math.log(loss) / alphaB);
        const excess = logSteps + Math.log(batchTokens + criticalBatch) - logTokens;
        const share = criticalBatch / (batchTokens + criticalBatch);
        const slope = 1 + (loss < untrainedLoss ? (share * alphaS * left) / (alphaB * loss) : 0);
        logSteps -= excess / slope;
        // Newton's step squares the error.
        if (!(Math.abs(excess) > 1e-8)) break;
      }
      return size + Math.exp(alphaS * (logSc - logSteps));
    };
  },
};
