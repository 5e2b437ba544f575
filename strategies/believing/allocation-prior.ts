/** An optimal size at a compute: ln N and its standard deviation. */
export interface SizeEstimate {
  readonly C: number;
  readonly logN: number;
  readonly sd: number;
}

/** Exponents a of N* ∝ C^a in published fits that tuned at every scale (Hoffmann, Porian, DeepSeek): 0.45 to 0.57. */
const EXPONENT = { mean: 0.5, sd: 0.06 };
/** Extra standard deviation of a level's ln N: shapes are discrete, and runs are shorter per factor of e below the top. */
const EXTRA = { level: 0.1, perLog: 0.05 };

/**
 * N* at `flops` from the levels' optima: a line in logarithms whose slope has the literature as prior, so that two noisy
 * levels alone do not decide an extrapolation over 30 times the compute. `levels` must not be empty.
 */
export function extrapolateSize(levels: readonly SizeEstimate[], flops: number): SizeEstimate & { readonly a: number } {
  const top = Math.max(...levels.map(({ C }) => C));
  const weighted = levels.map(({ C, logN, sd }) => {
    const x = Math.log(C / top);
    const extra = EXTRA.perLog * x;
    return { x, y: logN, w: 1 / (sd * sd + EXTRA.level * EXTRA.level + extra * extra) };
  });
  const sum = (of: (level: { x: number; y: number; w: number }) => number) =>
    weighted.reduce((total, level) => total + of(level), 0);
  const [w, wx, wy] = [sum((l) => l.w), sum((l) => l.w * l.x), sum((l) => l.w * l.y)];
  const precision = 1 / (EXPONENT.sd * EXPONENT.sd);
  const [mx, my] = [wx / w, wy / w];
  const sxx = sum((l) => l.w * (l.x - mx) * (l.x - mx)) + precision;
  const a = (sum((l) => l.w * (l.x - mx) * (l.y - my)) + precision * EXPONENT.mean) / sxx;
  const distance = Math.log(flops / top) - mx;
  return { C: flops, logN: my + a * distance, sd: Math.sqrt(1 / w + (distance * distance) / sxx), a };
}
