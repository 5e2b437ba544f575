/** A point of a power law; both coordinates positive in log space, x positive in linear space. */
export interface PowerLawPoint {
  readonly x: number;
  readonly y: number;
  /** 1 when absent. */
  readonly weight?: number;
}

/** Where squares of residuals are summed: of y, or of ln y. */
export type Space = "linear" | "log";

/** y = coefficient · x^exponent. */
export interface PowerLaw {
  readonly coefficient: number;
  readonly exponent: number;
}

/** The value of a power law at x. */
export function powerLawAt({ coefficient, exponent }: PowerLaw, x: number): number {
  return Math.exp(Math.log(coefficient) + exponent * Math.log(x));
}

/**
 * The power law with the least sum of squared residuals, to about 1e-12 relative.
 *
 * In log space this is a straight line. In linear space the coefficient is linear, so it is projected out and the
 * exponent alone is searched: a grid brackets the lowest valley, a safeguarded Newton iteration finds its bottom.
 *
 * @returns undefined where the data do not determine a law: fewer than two different x, or a y that is not positive in
 *   log space, or numbers that are not finite.
 */
export function fitPowerLaw(
  points: readonly PowerLawPoint[],
  { space = "log" }: { space?: Space } = {},
): PowerLaw | undefined {
  if (!points.every(({ weight = 1 }) => weight >= 0)) return undefined;
  // Centered on the geometric mean of x and scaled by the largest y, sums neither overflow nor cancel.
  const center = points.reduce((sum, { x }) => sum + Math.log(x), 0) / points.length;
  const scale = points.reduce((largest, { y }) => Math.max(largest, Math.abs(y)), 0);
  const log = points.map(({ x }) => Math.log(x) - center);
  if (!log.some((value) => Math.abs(value - log[0]!) > 1e-12)) return undefined;
  const values = points.map(({ y }) => y / scale);
  const weights = points.map(({ weight = 1 }) => weight);
  const law = space === "log" ? line(log, values, weights) : projected(log, values, weights);
  if (!law) return undefined;
  // Where a number is not finite, or a logarithm is not, neither is this.
  const coefficient = law.coefficient * Math.exp(Math.log(scale) - law.exponent * center);
  return Number.isFinite(coefficient) && coefficient > 0 ? { coefficient, exponent: law.exponent } : undefined;
}

function line(log: readonly number[], values: readonly number[], weights: readonly number[]): PowerLaw {
  let [w, wx, wy] = [0, 0, 0];
  for (const [i, x] of log.entries()) {
    w += weights[i]!;
    wx += weights[i]! * x;
    wy += weights[i]! * Math.log(values[i]!);
  }
  let [sxx, sxy] = [0, 0];
  for (const [i, x] of log.entries()) {
    sxx += weights[i]! * (x - wx / w) * (x - wx / w);
    sxy += weights[i]! * (x - wx / w) * (Math.log(values[i]!) - wy / w);
  }
  return { coefficient: Math.exp((wy - (sxy / sxx) * wx) / w), exponent: sxy / sxx };
}

/** Exponents searched in linear space, and how finely valleys are resolved. */
const EXPONENTS = { lowest: -10, highest: 10, steps: 400 };

function projected(
  log: readonly number[],
  values: readonly number[],
  weights: readonly number[],
): PowerLaw | undefined {
  const step = (EXPONENTS.highest - EXPONENTS.lowest) / EXPONENTS.steps;
  const explained = (exponent: number) => {
    const { sxy, sxx } = project(exponent, log, values, weights);
    return sxy > 0 ? (sxy * sxy) / sxx : 0;
  };
  let best = 0;
  let most = explained(EXPONENTS.lowest);
  for (let i = 1; i <= EXPONENTS.steps; i++) {
    const value = explained(EXPONENTS.lowest + i * step);
    if (value > most) [best, most] = [i, value];
  }
  if (best === 0 || best === EXPONENTS.steps) return undefined;
  let low = EXPONENTS.lowest + (best - 1) * step;
  let high = low + 2 * step;
  let exponent = (low + high) / 2;
  for (let iteration = 0; iteration < 100; iteration++) {
    const { slope, curvature } = project(exponent, log, values, weights);
    if (slope > 0) low = exponent;
    else high = exponent;
    const newton = exponent - slope / curvature;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - exponent) <= 4e-16 * Math.max(1, Math.abs(exponent))) break;
    exponent = next;
  }
  const { sxy, sxx } = project(exponent, log, values, weights);
  return { coefficient: sxy / sxx, exponent };
}

/**
 * With the coefficient k = sxy/sxx at its best for an exponent: half the slope of the sum of squares against the
 * exponent, divided by −k, and the derivative of that.
 */
function project(exponent: number, log: readonly number[], values: readonly number[], weights: readonly number[]) {
  let [sxx, sxy, sxxl, sxyl, sxxll, sxyll] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < log.length; i++) {
    const l = log[i]!;
    const u = Math.exp(exponent * l);
    const uu = weights[i]! * u * u;
    const uy = weights[i]! * u * values[i]!;
    sxx += uu;
    sxy += uy;
    sxxl += uu * l;
    sxyl += uy * l;
    sxxll += uu * l * l;
    sxyll += uy * l * l;
  }
  const k = sxy / sxx;
  const slope = sxyl - k * sxxl;
  const curvature = sxyll - 2 * k * sxxll - ((sxyl - 2 * k * sxxl) / sxx) * sxxl;
  return { sxx, sxy, slope, curvature };
}
