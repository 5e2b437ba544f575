import { CONTEXT_LENGTH } from "../../src/task/accounting.ts";
import type { AnsweredRun, RunConfig } from "../../src/task/configuration.ts";
import { sameSize } from "../asking/shapes.ts";

/** B_crit = B*·L^(-1/α_B): B* in tokens where nothing was measured. */
const CRITICAL = { tokens: 2.1e8, exponent: 1 / 0.21 };

/** S_min = S/(1 + B_crit/B): the steps that a batch without limit would have needed. */
export function minimumSteps(
  { batchSize, trainFlops }: Pick<RunConfig, "batchSize" | "trainFlops">,
  N: number,
  loss: number,
  critical: number,
): number {
  const tokensPerStep = batchSize * CONTEXT_LENGTH;
  const criticalBatch = critical * Math.exp(-CRITICAL.exponent * Math.log(loss));
  return trainFlops / (6 * N * tokensPerStep) / (1 + criticalBatch / tokensPerStep);
}

/**
 * B* from two runs that differ in batch alone: what the larger batch lost, in steps by the slope of the cut at fixed
 * size, is ρ = (1 + β)/(2 + β) of the smaller one's S_min with β = B_crit/B. Kaplan's own value where there is no pair.
 */
export function criticalTokens(runs: readonly AnsweredRun[]): number {
  for (const large of runs) {
    const small = runs.find(
      (run) =>
        sameSize(run, large) &&
        run.trainFlops === large.trainFlops &&
        run.learningRate === large.learningRate &&
        run.batchSize * 2 === large.batchSize,
    );
    if (!small) continue;
    const shorter = runs.filter((run) => sameSize(run, small) && run.trainFlops < small.trainFlops).at(-1);
    if (!shorter || shorter.loss <= small.loss) continue;
    const slope = (shorter.loss - small.loss) / Math.log(small.trainFlops / shorter.trainFlops);
    const rho = Math.min(Math.max(Math.exp((small.loss - large.loss) / slope), 0.51), 0.98);
    const critical = (small.batchSize * CONTEXT_LENGTH * (2 * rho - 1)) / (1 - rho);
    return critical * Math.exp(CRITICAL.exponent * Math.log(small.loss));
  }
  return CRITICAL.tokens;
}
