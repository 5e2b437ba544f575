/**
 * Ranks of values from the least, 1 the best; values that differ by `tie` or less share the mean of their ranks, pair by
 * pair, so that the ranks always sum to k(k + 1)/2.
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
