import type { Rng } from "../../src/task/random.ts";
import { quantile } from "./quantile.ts";

/**
 * A percentile interval for a statistic of a stratified sample: each stratum (a world) keeps its size and is resampled
 * with replacement (Agarwal et al. 2021). It speaks of these strata, not of new ones.
 *
 * @param level coverage aimed at, such as 0.95.
 * @returns the two ends; NaN for an empty sample.
 */
export function stratifiedInterval(
  strata: readonly (readonly number[])[],
  statistic: (sample: readonly number[]) => number,
  { level, resamples, rng }: { readonly level: number; readonly resamples: number; readonly rng: Rng },
): [low: number, high: number] {
  const replicates = Array.from({ length: resamples }, () => {
    const sample = strata.flatMap((stratum) =>
      stratum.map(() => stratum[Math.floor(rng() * stratum.length)] as number),
    );
    return statistic(sample);
  });
  return [quantile(replicates, (1 - level) / 2), quantile(replicates, (1 + level) / 2)];
}
