import { CONTEXT_LENGTH } from "../../task/accounting.ts";
import type { Surface } from "../point.ts";

/**
 * Kaplan et al. 2020, equation 1.6: L(N, S_min) = (N_c/N)^α_N + (S_c/S_min)^α_S, without a floor. S_min = S/(1 + B_crit/B)
 * with B_crit(L) = B*·L^(-1/α_B) tokens (equations 5.3 and 5.4) is inside: no batch layer goes over it.
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

/** The loss the critical batch size is read at is that of a run of S steps whose batch does not matter. */
export function kaplan(constants: Omit<Kaplan, "law">, untrainedLoss: number): Surface {
  const { criticalParameters, alphaN, criticalSteps, alphaS, criticalTokens, alphaB } = constants;
  const logNc = Math.log(criticalParameters);
  const logSc = Math.log(criticalSteps);
  const logCritical = Math.log(criticalTokens);
  return (point) => {
    const batchTokens = point.batchSize * CONTEXT_LENGTH;
    const steps = point.tokens / batchTokens;
    const size = Math.exp(alphaN * (logNc - Math.log(point.parameters)));
    const lossAfter = (minimalSteps: number) => size + Math.exp(alphaS * (logSc - Math.log(minimalSteps)));
    const loss = Math.min(lossAfter(steps), untrainedLoss);
    const criticalBatch = Math.exp(logCritical - Math.log(loss) / alphaB);
    return lossAfter(steps / (1 + criticalBatch / batchTokens));
  };
}
