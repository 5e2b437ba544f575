/** Two ends of an interval. */
export type Ends = readonly [low: number, high: number];

/** The 5th, 25th, 50th, 75th and 95th percentile of a sample. */
export type FiveNumbers = readonly [number, number, number, number, number];

/**
 * One line of the leaderboard, as `isoflop compare --json` prints it. Losses and regrets in nats, spend in FLOPs. What a
 * failed run has no value for is a statistic of the runs that handed something in.
 */
export interface Standing {
  readonly name: string;
  /** Runs, failed ones included. */
  readonly n: number;
  readonly failed: number;
  readonly regret: {
    readonly median: number;
    readonly p90: number;
    readonly iqm: number;
    /** 95 % interval of the IQM for this suite: repetitions resampled within worlds. */
    readonly interval: Ends;
    /** 95 % interval of the IQM for new worlds like these: worlds resampled. */
    readonly newWorlds: Ends;
    readonly medianInterval: Ends;
    readonly p90Interval: Ends;
    readonly quantiles: FiveNumbers;
    /** Means of the two parts of the regret. */
    readonly fromSize: number;
    readonly fromHyperparameters: number;
  };
  /** 0 is the oracle, 1 the mean of `random-affordable` in the same world; absent when that control could not play. */
  readonly normalisedRegret?: { readonly iqm: number; readonly interval: Ends };
  /** The share of the target's compute with which the best model would have done as well. */
  readonly computeEquivalent?: { readonly median: number; readonly quantiles: FiveNumbers };
  /** IQM of the regret after each share of the budget, in repetition 0, worlds resampled; absent for programs. */
  readonly anytime?: readonly { readonly share: number; readonly iqm: number; readonly interval: Ends }[];
  readonly lnNError: { readonly median: number; readonly medianAbsolute: number; readonly quantiles: FiveNumbers };
  readonly lossError: { readonly median: number; readonly medianAbsolute: number; readonly quantiles: FiveNumbers };
  /** Absent when the strategy states no interval. */
  readonly coverage?: {
    readonly level: number;
    readonly rate: number;
    /** 95 % interval of the rate, worlds resampled. */
    readonly interval: Ends;
    /** Median width, in nats. */
    readonly width: number;
    /** Mean interval score, in nats. */
    readonly score: number;
    /** Intervals it was counted on. */
    readonly n: number;
  };
  readonly spend: { readonly median: number };
  readonly protocol: {
    readonly queries: number;
    readonly repeats: number;
    readonly refused: number;
    readonly invalid: number;
  };
  readonly seconds: { readonly median: number; readonly p90: number };
  /** Mean rank over worlds, repetitions averaged first. */
  readonly rank: { readonly mean: number };
}
