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

/** The error function, 2·Φ(x·√2) − 1; absolute error below 1e-14. */
export function erf(x: number): number {
  return 2 * normalCdf(x * Math.SQRT2) - 1;
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
