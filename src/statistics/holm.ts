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
