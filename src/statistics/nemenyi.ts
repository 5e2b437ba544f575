import { normalCdf, normalDensity } from "./normal.ts";

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

/**
 * P(range ≤ q) for the range of k independent standard normals: k·∫ φ(z)·(Φ(z) − Φ(z − q))^(k−1) dz, by Simpson's rule.
 */
export function rangeCdf(q: number, k: number): number {
  if (q <= 0) return 0;
  const [from, to, steps] = [-8, 8 + q, 800];
  const width = (to - from) / steps;
  let total = 0;
  for (let i = 0; i <= steps; i++) {
    const z = from + i * width;
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    const inside = normalCdf(z) - normalCdf(z - q);
    if (inside > 0) total += weight * normalDensity(z) * Math.exp((k - 1) * Math.log(inside));
  }
  return (k * total * width) / 3;
}

/** The q with P(range of k normals ≤ q) = 1 − α: the studentized range with infinite degrees of freedom. */
export function rangeQuantile(alpha: number, k: number): number {
  let [low, high] = [0, 20];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (rangeCdf(middle, k) < 1 - alpha) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
