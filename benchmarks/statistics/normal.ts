/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * Distribution function of the standard normal: the series Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/15 + …) near the middle
 * (Marsaglia 2004), the continued fraction of the tail beyond. Absolute error below 1e-14.
 */
export function normalCdf(x: number): number {
  if (x > 5) return 1 - tail(x);
  if (x < -5) return tail(-x);
  let term = x;
  let total = x;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(total) && i < 400; i += 2) {
    term *= (x * x) / i;
    total += term;
  }
  return 0.5 + total * normalDensity(x);
}

function tail(x: number): number {
  let fraction = x;
  for (let i = 40; i > 0; i--) fraction = x + i / fraction;
  return normalDensity(x) / fraction;
}
