import { ranksOf } from "./ranks.ts";

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

/** Spearman's ρ: the correlation of the ranks. */
export function spearmanRho(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [ranksOf(x), ranksOf(y)];
  const middle = (x.length + 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [da, db] = [(a[i] as number) - middle, (b[i] as number) - middle];
    xy += da * db;
    xx += da * da;
    yy += db * db;
  }
  return xy / Math.sqrt(xx * yy);
}
