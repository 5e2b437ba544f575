/**
 * The value at `x` of the broken line through knots: linear between two of them, constant beyond the first and the
 * last.
 *
 * @param knots at least one, ascending in x.
 */
export function interpolate(knots: readonly (readonly [x: number, y: number])[], x: number): number {
  let [below, low] = knots[0]!;
  if (x <= below) return low;
  for (let i = 1; i < knots.length; i++) {
    const [above, high] = knots[i]!;
    if (x <= above) return low + ((high - low) * (x - below)) / (above - below);
    below = above;
    low = high;
  }
  return low;
}
