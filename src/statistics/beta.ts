import { logGamma } from "./gamma.ts";

/** Upper tail of the F distribution: P(F ≥ x) with `df1` and `df2` degrees of freedom. */
export function fTail(x: number, df1: number, df2: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x <= 0 ? 1 : regularisedBeta(df2 / (df2 + df1 * x), df2 / 2, df1 / 2);
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22). */
function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularisedBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  let fraction = 1;
  for (let i = 400; i > 0; i--) {
    const m = i >> 1;
    const numerator =
      i % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    fraction = 1 + numerator / fraction;
  }
  return front / fraction;
}
