/** A central interval that claims to hold the truth with probability `level`. */
export interface CentralInterval {
  readonly level: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The interval score of Gneiting and Raftery (2007, equation 43): the width, plus 2/α for every unit by which the truth
 * lies outside, α = 1 − level. Smaller is better, and no dishonest interval beats the honest one on average.
 *
 * @example intervalScore({ level: 0.8, low: 1, high: 2 }, 2.5) // 1 + 10 · 0.5 = 6
 */
export function intervalScore({ level, low, high }: CentralInterval, truth: number): number {
  const penalty = 2 / (1 - level);
  return high - low + penalty * Math.max(0, low - truth) + penalty * Math.max(0, truth - high);
}
