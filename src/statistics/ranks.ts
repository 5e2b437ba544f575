import { chiSquaredTail, fTail, normalCdf, normalDensity } from "./distributions.ts";

/**
 * Ranks of values from the least, 1 the best; values that differ by `tie` or less share the mean of their ranks, pair
 * by pair, so that the ranks always sum to k(k + 1)/2.
 */
export function ranksOf(values: readonly number[], tie = 0): number[] {
  return values.map((own, i) => {
    let rank = 1;
    for (const [j, other] of values.entries()) {
      if (j === i) continue;
      if (other === own || Math.abs(other - own) <= tie) rank += 0.5;
      else if (other < own) rank++;
    }
    return rank;
  });
}

/** Mean of each column over rows of ranks. */
export function meanRanks(rows: readonly (readonly number[])[]): number[] {
  const columns = rows[0]?.length ?? 0;
  return Array.from(
    { length: columns },
    (_, j) => rows.reduce((total, row) => total + (row[j] as number), 0) / rows.length,
  );
}

/** Kendall's τ-b: agreement of two orders, ties in either allowed for. NaN when one of them is all ties. */
export function kendallTau(x: readonly number[], y: readonly number[]): number {
  let [score, pairsX, pairsY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j < i; j++) {
      const dx = Math.sign((x[i] as number) - (x[j] as number));
      const dy = Math.sign((y[i] as number) - (y[j] as number));
      score += dx * dy;
      pairsX += dx * dx;
      pairsY += dy * dy;
    }
  return score / Math.sqrt(pairsX * pairsY);
}

/** Whether the field differs at all. */
interface Friedman {
  readonly chiSquared: number;
  /** p of the chi-squared statistic with k − 1 degrees of freedom. */
  readonly p: number;
  /** Iman and Davenport's (1980) less timid F statistic, and its p. */
  readonly F: number;
  readonly pF: number;
  readonly blocks: number;
  readonly treatments: number;
}

/**
 * The Friedman test as in Demšar (2006, section 3.2.2): do mean ranks differ by more than chance? Ties are not
 * corrected for, which errs on the side of "no difference".
 *
 * @param rows ranks, one row for each block (world), one column for each treatment (strategy).
 */
export function friedmanTest(rows: readonly (readonly number[])[]): Friedman {
  const [blocks, treatments] = [rows.length, rows[0]?.length ?? 0];
  const [n, k] = [blocks, treatments];
  const squares = meanRanks(rows).reduce((total, rank) => total + rank * rank, 0);
  const chiSquared = Math.max(0, ((12 * n) / (k * (k + 1))) * (squares - (k * (k + 1) * (k + 1)) / 4));
  const rest = n * (k - 1) - chiSquared;
  const F = rest <= 0 ? Number.POSITIVE_INFINITY : ((n - 1) * chiSquared) / rest;
  return {
    chiSquared,
    p: chiSquaredTail(chiSquared, k - 1),
    F,
    pF: fTail(F, k - 1, (k - 1) * (n - 1)),
    blocks,
    treatments,
  };
}

/**
 * Nemenyi's critical difference (Demšar 2006, section 3.2.2): mean ranks over n blocks that are closer than this do not
 * differ significantly at level α, for any pair of the k.
 */
export function criticalDifference(alpha: number, k: number, n: number): number {
  return (rangeQuantile(alpha, k) / Math.SQRT2) * Math.sqrt((k * (k + 1)) / (6 * n));
}

/**
 * The largest runs of neighbors, best first, whose mean ranks lie within the critical difference: the bars of the
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
