import { quantile } from "./quantile.ts";

/** Fills `counts` with how often each item of the sample is in one resample. */
export type Resample = (counts: Float64Array, rng: () => number) => void;

/** Items, by index, that belong together: the repetitions of one world. */
export type Strata = readonly (readonly number[])[];

/**
 * Resamples repetitions within each world, the worlds staying as they are: intervals speak of **this suite**.
 * One fewer is drawn than there are, which makes the variance of a mean unbiased however few repetitions there are
 * (McCarthy and Snowden 1985; drawing all n of n shrinks it by (n − 1)/n). Worlds with a single repetition do not vary.
 */
export function withinStrata(strata: Strata): Resample {
  return (counts, rng) => {
    counts.fill(0);
    for (const stratum of strata) {
      const draws = Math.max(1, stratum.length - 1);
      // Worlds weigh alike in the sample, so they must in the resample.
      for (let i = 0; i < draws; i++) add(counts, pick(stratum, rng), stratum.length / draws);
    }
  };
}

/**
 * Resamples whole worlds with their repetitions: intervals speak of **new worlds like these**. One fewer is drawn than
 * there are, for the same reason. Draws of one family are alike, so of new families it says nothing.
 */
export function wholeStrata(strata: Strata): Resample {
  return (counts, rng) => {
    counts.fill(0);
    for (let i = 0; i < Math.max(1, strata.length - 1); i++) for (const item of pick(strata, rng)) add(counts, item, 1);
  };
}

export interface BootstrapOptions {
  /** Coverage aimed at. */
  readonly level: number;
  readonly resamples: number;
  readonly rng: () => number;
}

/**
 * Percentile intervals of several statistics from the same resamples.
 *
 * @param size items in the sample.
 * @returns the two ends for each statistic.
 */
export function percentileIntervals(
  size: number,
  resample: Resample,
  statistics: readonly ((counts: Float64Array) => number)[],
  { level, resamples, rng }: BootstrapOptions,
): [low: number, high: number][] {
  const counts = new Float64Array(size);
  const replicates = statistics.map(() => new Float64Array(resamples));
  for (let i = 0; i < resamples; i++) {
    resample(counts, rng);
    for (const [j, statistic] of statistics.entries()) (replicates[j] as Float64Array)[i] = statistic(counts);
  }
  return replicates.map((values) => [quantile(values, (1 - level) / 2), quantile(values, (1 + level) / 2)]);
}

function pick<T>(items: readonly T[], rng: () => number): T {
  return items[Math.floor(rng() * items.length)] as T;
}

function add(counts: Float64Array, item: number, weight: number): void {
  counts[item] = (counts[item] as number) + weight;
}
