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
