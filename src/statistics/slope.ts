/** A straight line's slope, in units of y per unit of x. */
export interface Slope {
  readonly slope: number;
  readonly standardError: number;
}

/**
 * The slope of the least-squares line through points, and its standard error when the errors about the line are
 * independent and of one variance.
 *
 * @returns NaN for both below three points, or when all x are the same.
 */
export function leastSquaresSlope(xs: readonly number[], ys: readonly number[]): Slope {
  const n = xs.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const spread = sum(xs.map((x) => (x - meanX) * (x - meanX)));
  if (n < 3 || spread === 0) return { slope: Number.NaN, standardError: Number.NaN };
  const slope = sum(xs.map((x, i) => (x - meanX) * ((ys[i] as number) - meanY))) / spread;
  const residuals = xs.map((x, i) => (ys[i] as number) - meanY - slope * (x - meanX));
  return { slope, standardError: Math.sqrt(sum(residuals.map((r) => r * r)) / (n - 2) / spread) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
