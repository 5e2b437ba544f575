import { rangeQuantile } from "./studentized-range.ts";

/**
 * Nemenyi's critical difference (Demšar 2006, section 3.2.2): mean ranks over n blocks that are closer than this are not
 * told apart at level α, whichever two of the k are looked at.
 */
export function criticalDifference(alpha: number, k: number, n: number): number {
  return (rangeQuantile(alpha, k) / Math.SQRT2) * Math.sqrt((k * (k + 1)) / (6 * n));
}

/**
 * The largest runs of neighbours, best first, whose mean ranks lie within the critical difference: the bars of the
 * diagram. Singles and runs inside another are left out.
 *
 * @param ranks mean ranks in ascending order.
 * @returns first and last index of each run.
 */
export function indistinctRuns(ranks: readonly number[], difference: number): [first: number, last: number][] {
  const runs: [number, number][] = [];
  let reached = -1;
  for (const [first, rank] of ranks.entries()) {
    let last = first;
    while (last + 1 < ranks.length && (ranks[last + 1] as number) - rank <= difference) last++;
    if (last > first && last > reached) runs.push([first, last]);
    reached = Math.max(reached, last);
  }
  return runs;
}
