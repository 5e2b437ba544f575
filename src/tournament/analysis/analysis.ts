/** The settings of a tournament, so that anyone can repeat it. */
export interface Manifest {
  readonly version: string;
  /** Identifies the code that decides results. */
  readonly engine: string;
  readonly node: string;
  /** Whether answers come from simulated worlds or from tables of finished runs. */
  readonly source: "simulated" | "replay";
  readonly suite: string;
  /** Identifies the worlds independently of the suite's name. */
  readonly suiteHash: string;
  readonly worlds: number;
  readonly repetitions: number;
  readonly seed: number;
  /** The table of recorded answers that replaced answers of the worlds, by name; absent for none. */
  readonly answers?: string;
  /** The table of earlier runs that every strategy knew, by name; absent for none. */
  readonly history?: string;
  /** The cap in FLOPs where the tournament set one. */
  readonly budget?: number;
  readonly thinkingSeconds: number;
  readonly strategies: readonly { readonly name: string; readonly kind: string; readonly hash: string }[];
  /** The control that normalizes regrets; not ranked unless it was requested. */
  readonly control?: string;
  /** The command line that repeats it. */
  readonly command: string;
}

/** Two strategies, paired by common random numbers. */
export interface Pair {
  readonly better: string;
  readonly worse: string;
  /** How often `better` has the smaller regret; ties within the tie count half. */
  readonly probability: number;
  /** 95 % interval for this suite, and for new worlds like these. */
  readonly interval: Ends;
  readonly newWorlds: Ends;
  /** Sign-flip test over worlds, Holm-corrected over all pairs. */
  readonly p: number;
}

export interface Ranking {
  /** Worlds that were blocks of the test. */
  readonly worlds: number;
  readonly chiSquared: number;
  readonly p: number;
  readonly F: number;
  readonly pF: number;
  /** Nemenyi's, at the 5 % level. */
  readonly criticalDifference: number;
  /** Strategies that do not differ significantly, best mean rank first. */
  readonly indistinct: readonly (readonly string[])[];
}

/** Worlds that share a suite or a tag. */
export interface Group {
  readonly kind: "suite" | "tag";
  readonly name: string;
  readonly worlds: number;
  /** IQM of the regret by strategy. */
  readonly regret: Readonly<Record<string, number>>;
}

/** How similarly two suites rank the strategies: Kendall's τ-b of the regrets. */
export interface Agreement {
  readonly first: string;
  readonly second: string;
  readonly tau: number;
}

/** The share of a strategy's runs with a regret of at most each threshold. */
interface Profile {
  readonly strategy: string;
  readonly shares: readonly number[];
}

export interface WorldSummary {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly optimum: { readonly parameters: number; readonly loss: number };
  /** Mean regret by strategy. */
  readonly regret: Readonly<Record<string, number>>;
}

/** All numbers of the page. */
export interface Analysis {
  readonly manifest: Manifest;
  /** Cells (a world in a repetition) in which all strategies have a result, of those planned. */
  readonly cells: { readonly complete: number; readonly planned: number };
  readonly standings: readonly Standing[];
  readonly ranking?: Ranking;
  readonly pairs: readonly Pair[];
  readonly groups: readonly Group[];
  readonly agreement: readonly Agreement[];
  readonly profiles: { readonly thresholds: readonly number[]; readonly strategies: readonly Profile[] };
  readonly worlds: readonly WorldSummary[];
  /** Strategies that do not apply to some worlds, to how many, and why. */
  readonly notApplicable: readonly { readonly strategy: string; readonly worlds: number; readonly reason: string }[];
  readonly failures: readonly { readonly strategy: string; readonly failure: string; readonly count: number }[];
}

/** Two ends of an interval. */
export type Ends = readonly [low: number, high: number];

/** The 5th, 25th, 50th, 75th and 95th percentile of a sample. */
export type FiveNumbers = readonly [number, number, number, number, number];

/**
 * One line of the leaderboard, as `isoflop compare --json` prints it. Losses and regrets in nats, spend in FLOPs or seconds.
 * Statistics that a failed run has no value for use only the runs with a submission.
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
    /** Number of intervals. */
    readonly n: number;
  };
  /** Where the target is a time. */
  readonly clock?: {
    /** The share of submissions that did not end in time, and what they stated it would be, on average. */
    readonly timedOut: number;
    readonly stated: number;
    /** Of runtimes: the share of intervals that hold the true seconds, and the median of |ln(predicted/true)|. */
    readonly coverage: number;
    readonly medianAbsolute: number;
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
