/**
 * exp, log, cos and others, bit for bit as Node 22 to 26 computes them: by the published algorithms of fdlibm 5.3 (Sun
 * Microsystems 1993, freely granted). Browsers differ from Node and from each other in the last bit, and a last bit turns
 * into another answer of the API. The build puts these in the place of the browser's own.
 */

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);

/** The upper half of a number: sign, exponent, and the first 20 bits of its fraction. */
function upper(x: number): number {
  number[0] = x;
  return (words[1] as number) | 0;
}

function withUpper(x: number, word: number): number {
  number[0] = x;
  words[1] = word;
  return number[0] as number;
}

/** 2^k for exponents that a normal number has. */
function powerOfTwo(k: number): number {
  words[0] = 0;
  words[1] = (k + 1023) << 20;
  return number[0] as number;
}

/** ln 2 in two parts, the first exact in products with whole numbers. */
const LN2 = { high: 0.6931471803691238, low: 1.9082149292705877e-10 };
const TWO_54 = 18014398509481984;
/** Beyond these, exp is infinite or zero. */
const EXP_RANGE = { most: 709.782712893384, least: -745.1332191019411 };
/** Upper halves of ½·ln 2, 1½·ln 2 and the end of what exp can represent. */
const UPPER = { halfLn2: 0x3fd62e42, threeHalvesLn2: 0x3ff0a2b2, expEnd: 0x40862e42, infinite: 0x7ff00000 };

/** x = k·ln 2 + (high − low), with the rest as small as can be. */
function reduced(x: number, size: number): { readonly k: number; readonly high: number; readonly low: number } {
  const sign = x < 0 ? -1 : 1;
  const k = size < UPPER.threeHalvesLn2 ? sign : Math.trunc(Math.LOG2E * x + sign * 0.5);
  return { k, high: x - k * LN2.high, low: k * LN2.low };
}

export function exactExp(x: number): number {
  const size = upper(x) & 0x7fffffff;
  if (size >= UPPER.expEnd) {
    if (size >= UPPER.infinite) return x < 0 ? 0 : x;
    if (x > EXP_RANGE.most) return Number.POSITIVE_INFINITY;
    if (x < EXP_RANGE.least) return 0;
  }
  if (size < 0x3e300000) return 1 + x;
  if (x === 1) return Math.E;
  const { k, high, low } = size > UPPER.halfLn2 ? reduced(x, size) : { k: 0, high: x, low: 0 };
  const r = high - low;
  const c = r - expSeries(r * r);
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k === 1024) return y * 2 * powerOfTwo(1023);
  return k >= -1021 ? y * powerOfTwo(k) : y * powerOfTwo(k + 1000) * powerOfTwo(-1000);
}

function expSeries(t: number): number {
  return (
    t *
    (0.16666666666666602 +
      t *
        (-0.0027777777777015593 +
          t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))))
  );
}

export function exactExpm1(x: number): number {
  const size = upper(x) & 0x7fffffff;
  if (size >= 0x4043687a) {
    if (Number.isNaN(x)) return x;
    if (x < 0) return -1;
    if (x > EXP_RANGE.most) return Number.POSITIVE_INFINITY;
  }
  if (size < 0x3c900000) return x;
  const { k, high, low } = size > UPPER.halfLn2 ? reduced(x, size) : { k: 0, high: x, low: 0 };
  const r = high - low;
  const half = 0.5 * r;
  const square = r * half;
  const series = 1 + square * expm1Series(square);
  const t = 3 - series * half;
  const quotient = square * ((series - t) / (6 - r * t));
  if (k === 0) return r - (r * quotient - square);
  const lost = high - r - low;
  const e = r * (quotient - lost) - lost - square;
  if (k === -1) return 0.5 * (r - e) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k <= -2 || k > 56) {
    const y = 1 - (e - r);
    return (k === 1024 ? y * 2 * powerOfTwo(1023) : y * powerOfTwo(k)) - 1;
  }
  if (k < 20) return (withUpper(1, 0x3ff00000 - (0x200000 >> k)) - (e - r)) * powerOfTwo(k);
  return (r - (e + powerOfTwo(-k)) + 1) * powerOfTwo(k);
}

function expm1Series(t: number): number {
  return (
    -0.03333333333333313 +
    t *
      (0.0015873015872548146 +
        t * (-0.0000793650757867488 + t * (0.000004008217827329362 + t * -2.0109921818362437e-7)))
  );
}

export function exactCosh(x: number): number {
  const size = upper(x) & 0x7fffffff;
  const positive = Math.abs(x);
  if (size < 0x3fd62e43) {
    const t = exactExpm1(positive);
    const w = 1 + t;
    return size < 0x3c800000 ? w : 1 + (t * t) / (w + w);
  }
  if (size < 0x40360000) {
    const t = exactExp(positive);
    return 0.5 * t + 0.5 / t;
  }
  if (size < UPPER.expEnd) return 0.5 * exactExp(positive);
  const w = exactExp(0.5 * positive);
  return 0.5 * w * w;
}

/** Coefficients of ln((1 + s)/(1 − s)) in s². */
const LN = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
] as const;

export function exactLog(given: number): number {
  let x = given;
  let word = upper(x);
  let k = 0;
  if (word < 0x00100000) {
    if (x === 0) return Number.NEGATIVE_INFINITY;
    if (word < 0) return Number.NaN;
    k = -54;
    x *= TWO_54;
    word = upper(x);
  }
  if (word >= UPPER.infinite) return x;
  k += (word >> 20) - 1023;
  const fraction = word & 0x000fffff;
  const carry = (fraction + 0x95f64) & 0x100000;
  const f = withUpper(x, fraction | (carry ^ 0x3ff00000)) - 1;
  k += carry >> 20;
  if ((0x000fffff & (2 + fraction)) < 3) {
    if (f === 0) return k === 0 ? 0 : k * LN2.high + k * LN2.low;
    const rest = f * f * (0.5 - 0.3333333333333333 * f);
    return k === 0 ? f - rest : k * LN2.high - (rest - k * LN2.low - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (LN[1] + w * (LN[3] + w * LN[5]));
  const odd = z * (LN[0] + w * (LN[2] + w * (LN[4] + w * LN[6])));
  const rest = odd + even;
  if (((fraction - 0x6147a) | (0x6b851 - fraction)) > 0) {
    const half = 0.5 * f * f;
    return k === 0 ? f - (half - s * (half + rest)) : k * LN2.high - (half - (s * (half + rest) + k * LN2.low) - f);
  }
  return k === 0 ? f - s * (f - rest) : k * LN2.high - (s * (f - rest) - k * LN2.low - f);
}

export function exactLog1p(x: number): number {
  const word = upper(x);
  const size = word & 0x7fffffff;
  if (x <= -1) return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (word >= UPPER.infinite || Number.isNaN(x)) return x;
  if (size < 0x3e200000) return size < 0x3c900000 ? x : x - x * x * 0.5;
  let [k, f, fraction, lost] = [0, x, 1, 0];
  // Outside of −0.2929 < x < 0.41422 a power of two is taken out.
  if (!(word < 0x3fda827a && (word > 0 || word <= (0xbfd2bec4 | 0)))) {
    const u = word < 0x43400000 ? 1 + x : x;
    const whole = upper(u);
    k = (whole >> 20) - 1023;
    if (word < 0x43400000) lost = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
    fraction = whole & 0x000fffff;
    if (fraction < 0x6a09e) {
      f = withUpper(u, fraction | 0x3ff00000) - 1;
    } else {
      k += 1;
      f = withUpper(u, fraction | 0x3fe00000) - 1;
      fraction = (0x00100000 - fraction) >> 2;
    }
  }
  const half = 0.5 * f * f;
  if (fraction === 0) {
    if (f === 0) return k === 0 ? 0 : k * LN2.high + (lost + k * LN2.low);
    const rest = half * (1 - 0.6666666666666666 * f);
    return k === 0 ? f - rest : k * LN2.high - (rest - (k * LN2.low + lost) - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const rest = z * (LN[0] + z * (LN[1] + z * (LN[2] + z * (LN[3] + z * (LN[4] + z * (LN[5] + z * LN[6]))))));
  return k === 0
    ? f - (half - s * (half + rest))
    : k * LN2.high - (half - (s * (half + rest) + (k * LN2.low + lost)) - f);
}

export function exactCos(x: number): number {
  const { quarter, high, low } = quarters(Math.abs(x));
  if (quarter === 0) return cosSeries(high, low);
  if (quarter === 2) return -cosSeries(high, low);
  return quarter === 1 ? -sinSeries(high, low) : sinSeries(high, low);
}

export function exactSin(x: number): number {
  if (x === 0) return x;
  const { quarter, high, low } = quarters(Math.abs(x));
  const sine = quarter % 2 === 0 ? sinSeries(high, low) : cosSeries(high, low);
  return quarter >= 2 === x < 0 ? sine : -sine;
}

/** π/2 in parts, each exact in products with small whole numbers, and what is left of it after each. */
const QUARTER = [
  { part: 1.5707963267341256, left: 6.077100506506192e-11 },
  { part: 6.077100506303966e-11, left: 2.0222662487959506e-21 },
  { part: 2.0222662487111665e-21, left: 8.4784276603689e-32 },
] as const;
const PER_QUARTER = 0.6366197723675814;

/** x = n·π/2 + high + low with |high| ≤ π/4, for x of 0 to about a million: which quarter of the circle, and where. */
function quarters(x: number): { readonly quarter: number; readonly high: number; readonly low: number } {
  const size = upper(x);
  if (size <= 0x3fe921fb) return { quarter: 0, high: x, low: 0 };
  const n = Math.trunc(x * PER_QUARTER + 0.5);
  let rest = x - n * QUARTER[0].part;
  let small = n * QUARTER[0].left;
  // Where the difference loses bits, the next part of π/2 is taken off as well.
  for (const [i, bits] of [16, 49].entries()) {
    if ((size >> 20) - ((upper(rest - small) >> 20) & 0x7ff) <= bits) break;
    const { part, left } = QUARTER[i + 1]!;
    const before = rest;
    small = n * part;
    rest = before - small;
    small = n * left - (before - rest - small);
  }
  const high = rest - small;
  return { quarter: n & 3, high, low: rest - high - small };
}

function cosSeries(x: number, low: number): number {
  const size = upper(x) & 0x7fffffff;
  if (size < 0x3e400000) return 1;
  const z = x * x;
  const r =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (0.00002480158728947673 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  if (size < 0x3fd33333) return 1 - (0.5 * z - (z * r - x * low));
  const quarter = size > 0x3fe90000 ? 0.28125 : withUpper(0, size - 0x00200000);
  const half = 0.5 * z - quarter;
  return 1 - quarter - (half - (z * r - x * low));
}

function sinSeries(x: number, low: number): number {
  if ((upper(x) & 0x7fffffff) < 0x3e400000) return x;
  const z = x * x;
  const v = z * x;
  const r =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 +
        z * (0.0000027557313707070068 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  if (low === 0) return x + v * (-0.16666666666666632 + z * r);
  return x - (z * (0.5 * low - v * r) - low - v * -0.16666666666666632);
}

/** A polynomial that starts the cube root at 23 bits. */
const ROOT = [
  1.87595182427177, -1.8849797954337717, 1.6214297201053545, -0.758397934778766, 0.14599619288661245,
] as const;

export function exactCbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const word = upper(x);
  const sign = word & 0x80000000;
  const size = word ^ sign;
  const isTiny = size < 0x00100000;
  const guess = isTiny
    ? Math.floor((upper(TWO_54 * x) & 0x7fffffff) / 3) + 696219795
    : Math.floor(size / 3) + 715094163;
  let t = withUpper(0, sign | guess);
  let r = t * t * (t / x);
  t *= ROOT[0] + r * (ROOT[1] + r * ROOT[2]) + r * r * r * (ROOT[3] + r * ROOT[4]);
  // Rounded to 23 bits, so that its square is exact.
  number[0] = t;
  const raised = (words[0] as number) + 0x80000000;
  if (raised > 0xffffffff) words[1] = (words[1] as number) + 1;
  words[0] = raised & 0xc0000000;
  t = number[0] as number;
  r = x / (t * t);
  r = (r - t) / (t + t + r);
  return t + t * r;
}
