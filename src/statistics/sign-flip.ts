/** Samples up to this size are enumerated, larger ones drawn at random. */
const ENUMERATED = 12;

/**
 * Fisher's randomisation test for paired differences: if the two are alike, each difference could as well have had the
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
    for (const difference of differences) total += rng() < 0.5 ? -difference : difference;
    if (Math.abs(total) >= observed) extreme++;
  }
  return extreme / (draws + 1);
}
