/**
 * The p-quantile of a sample by linear interpolation (Hyndman and Fan 1996, type 7: NumPy's and R's default). NaN when
 * empty.
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low === high ? low : low + (high - low) * (position - below);
}

/** The middle of a sample; NaN when empty. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}
