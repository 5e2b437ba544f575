/** The error function: its series where it converges fast, Lentz's continued fraction beyond; about 1e-15. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let [sum, term] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction)));
}

/** P(Z ≤ z) for a standard normal Z. */
export function normalCdf(z: number): number {
  return 0.5 * (1 + erf(z / Math.SQRT2));
}

/** The z with P(Z ≤ z) = p, by bisection on the distribution function. */
export function normalQuantile(p: number): number {
  return root((z) => normalCdf(z) - p, -10, 10);
}

/** The t with P(T ≤ t) = p for Student's T with `freedom` degrees, by the density's integral (Simpson's rule in angle). */
export function studentQuantile(p: number, freedom: number): number {
  // With t = √ν·tan θ the density of θ is proportional to cos^(ν−1) θ.
  const steps = 400;
  const density = (theta: number) => Math.exp((freedom - 1) * Math.log(Math.cos(theta)));
  const area = (to: number) => {
    let sum = density(0) + density(to);
    for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * density((to * i) / steps);
    return (sum * to) / steps / 3;
  };
  const half = area(Math.PI / 2 - 1e-9);
  const theta = root((angle) => 0.5 + (0.5 * area(angle)) / half - Math.max(p, 1 - p), 0, Math.PI / 2 - 1e-9);
  return Math.sign(p - 0.5) * Math.sqrt(freedom) * Math.tan(theta);
}

/** The zero of a rising function between two points, to rounding. */
export function root(rising: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < 80 && b - a > 1e-15 * Math.max(1, Math.abs(a)); i++) {
    const middle = (a + b) / 2;
    if (rising(middle) < 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
