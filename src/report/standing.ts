/** One line of the leaderboard, as `isoflop compare --json` prints it. Losses and regrets in nats, spend in FLOPs. */
export interface Standing {
  readonly name: string;
  readonly n: number;
  readonly failed: number;
  readonly regret: {
    readonly median: number;
    readonly p90: number;
    readonly iqm: number;
    readonly interval: [number, number];
  };
  /** 0 is the oracle, 1 is `random-affordable`; absent when that control did not play. */
  readonly normalisedRegret?: { readonly iqm: number };
  readonly lnNError: { readonly median: number; readonly medianAbsolute: number };
  readonly lossError: { readonly median: number; readonly medianAbsolute: number };
  /** Absent when the strategy states no interval. */
  readonly coverage?: { readonly level: number; readonly rate: number; readonly width: number };
  readonly spend: { readonly median: number };
  readonly seconds: { readonly median: number };
  readonly rank: { readonly mean: number };
}
