import { leastSquares } from "./least-squares.ts";

/**
 * The x ≥ 0 with the least |A·x − b| (Lawson and Hanson 1974, chapter 23). `columns` are the columns of A, few of them.
 */
export function nonNegativeLeastSquares(columns: readonly Float64Array[], b: Float64Array): Float64Array {
  const size = columns.length;
  let x = new Float64Array(size);
  const passive = new Set<number>();
  const refused = new Set<number>();
  for (let round = 0; round < 8 * size; round++) {
    const entering = steepest(columns, b, x, passive, refused);
    if (entering === undefined) break;
    passive.add(entering);
    for (;;) {
      const free = [...passive].toSorted((i, j) => i - j);
      const solved = leastSquares(
        free.map((j) => columns[j]!),
        b,
      );
      if (!solved) {
        passive.delete(entering);
        refused.add(entering);
        break;
      }
      const candidate = new Float64Array(size);
      for (const [index, j] of free.entries()) candidate[j] = solved[index]!;
      if (free.every((j) => candidate[j]! > 0)) {
        x = candidate;
        break;
      }
      let step = 1;
      for (const j of free) if (candidate[j]! <= 0) step = Math.min(step, x[j]! / (x[j]! - candidate[j]!));
      for (let j = 0; j < size; j++) x[j] = x[j]! + step * (candidate[j]! - x[j]!);
      const leaving = free.filter((j) => x[j]! <= 1e-15 || (candidate[j]! <= 0 && x[j]! <= 1e-12));
      for (const j of leaving.length > 0 ? leaving : [entering]) {
        passive.delete(j);
        x[j] = 0;
      }
      if (passive.size === 0) break;
    }
  }
  return x;
}

/** The column at zero along which the residual falls fastest, if there is one. */
function steepest(
  columns: readonly Float64Array[],
  b: Float64Array,
  x: Float64Array,
  passive: ReadonlySet<number>,
  refused: ReadonlySet<number>,
): number | undefined {
  const residual = b.slice();
  for (const [j, column] of columns.entries())
    if (x[j] !== 0) for (let i = 0; i < b.length; i++) residual[i] = residual[i]! - x[j]! * column[i]!;
  let best: number | undefined;
  let most = 1e-12;
  for (const [j, column] of columns.entries()) {
    if (passive.has(j) || refused.has(j)) continue;
    let [dot, norm, scale] = [0, 0, 0];
    for (let i = 0; i < b.length; i++) {
      dot += column[i]! * residual[i]!;
      norm += column[i]! * column[i]!;
      scale += b[i]! * b[i]!;
    }
    const fall = dot / Math.sqrt(norm * scale);
    if (fall > most) [best, most] = [j, fall];
  }
  return best;
}
