/**
 * The value at `x` of the broken line through knots: linear between two of them, constant beyond the first and the
 * last.
 *
 * @param knots at least one, ascending in x.
 */
export function interpolate(knots: readonly (readonly [x: number, y: number])[], x: number): number {
  let below = knots[0]!;
  if (x <= below[0]) return below[1];
  for (let i = 1; i < knots.length; i++) {
    const above = knots[i]!;
    if (x <= above[0]) return below[1] + ((above[1] - below[1]) * (x - below[0])) / (above[0] - below[0]);
    below = above;
  }
  return below[1];
}
