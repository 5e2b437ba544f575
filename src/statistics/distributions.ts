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

/** The t with P(T ≤ t) = p for Student's T with `freedom` degrees. Computed once: every interval of a fit asks for one of a few. */
export function studentQuantile(p: number, freedom: number): number {
  const key = `${p} ${freedom}`;
  const known = QUANTILES.get(key) ?? solveStudent(p, freedom);
  QUANTILES.set(key, known);
  return known;
}

const QUANTILES = new Map<string, number>();

/** By the density's integral (Simpson's rule in angle). */
function solveStudent(p: number, freedom: number): number {
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

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0 (Lanczos 1964, g = 7, nine terms). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const t = z + 7.5;
  const series = LANCZOS.reduce((total, coefficient, i) => (i === 0 ? coefficient : total + coefficient / (z + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series);
}

/** Upper tail of the chi-squared distribution: P(X ≥ x) with `df` degrees of freedom. */
export function chiSquaredTail(x: number, df: number): number {
  return x <= 0 ? 1 : upperGamma(df / 2, x / 2);
}

/** The regularized upper incomplete gamma function Q(a, x): a series below a + 1, a continued fraction above. */
function upperGamma(a: number, x: number): number {
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let total = term;
    for (let i = 1; term > 1e-16 * total; i++) {
      term *= x / (a + i);
      total += term;
    }
    return 1 - scale * total;
  }
  let fraction = 0;
  for (let i = 300; i > 0; i--) fraction = (i * (a - i)) / (x - a + 2 * i + 1 + fraction);
  return scale / (x - a + 1 + fraction);
}

/** Upper tail of the F distribution: P(F ≥ x) with `df1` and `df2` degrees of freedom. */
export function fTail(x: number, df1: number, df2: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x <= 0 ? 1 : regularizedBeta(df2 / (df2 + df1 * x), df2 / 2, df1 / 2);
}

/** The regularized incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22). */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
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

/** Half the width of the central 80 % interval of a normal distribution, in standard deviations. */
export const HALF_WIDTH_80 = 1.2816;
