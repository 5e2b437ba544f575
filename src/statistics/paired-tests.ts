/** Samples up to this size are enumerated, larger ones drawn at random. */
const ENUMERATED = 12;

/**
 * Fisher's randomization test for paired differences: if the two are alike, each difference could as well have had the
 * other sign. Two-sided p-value: the share of sign patterns whose sum is at least as far from zero. Exact up to 12
 * differences; `draws` random patterns beyond, the observed one counted among them, so that the level holds.
 */
export function signFlipTest(differences: readonly number[], rng: () => number, draws = 9999): number {
  const n = differences.length;
  const observed = Math.abs(differences.reduce((total, d) => total + d, 0)) * (1 - 1e-12);
  if (n <= ENUMERATED) {
    const patterns = 1 << n;
    let extreme = 0;
    for (let pattern = 0; pattern < patterns; pattern++) {
      let total = 0;
      for (let i = 0; i < n; i++)
        total += pattern & (1 << i) ? -(differences[i] as number) : (differences[i] as number);
      if (Math.abs(total) >= observed) extreme++;
    }
    return extreme / patterns;
  }
  let extreme = 1;
  for (let draw = 0; draw < draws; draw++) {
    let total = 0;
    let bits = 0;
    for (let i = 0; i < n; i++) {
      // One random number has 32 signs.
      if (i % 32 === 0) bits = (rng() * 0x1_0000_0000) >>> 0;
      // A product, since a processor guesses half of random branches wrong.
      total += (1 - 2 * (bits & 1)) * (differences[i] as number);
      bits >>>= 1;
    }
    if (Math.abs(total) >= observed) extreme++;
  }
  return extreme / (draws + 1);
}

/**
 * Holm's (1979) step-down correction: with these p-values, calling everything below α different is wrong about anything
 * at all no more often than α. In the order given.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length);
  let floor = 0;
  for (const [step, { p, i }] of order.entries()) {
    floor = Math.max(floor, Math.min(1, (pValues.length - step) * p));
    adjusted[i] = floor;
  }
  return adjusted;
}

/**
 * How often one of a pair improves on the other (Agarwal et al. 2021, there over all pairs; here paired by common
 * random numbers): 1 for a smaller value by more than `tie`, ½ for a tie.
 */
export function improvements(
  own: ArrayLike<number>,
  other: ArrayLike<number>,
  tie: number | ArrayLike<number>,
): Float64Array {
  return Float64Array.from({ length: own.length }, (_, i) => {
    const difference = (own[i] as number) - (other[i] as number);
    return Math.abs(difference) <= (typeof tie === "number" ? tie : (tie[i] as number)) || Number.isNaN(difference)
      ? 0.5
      : difference < 0
        ? 1
        : 0;
  });
}
