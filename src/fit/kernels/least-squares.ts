/**
 * The x with the least |A·x − b|, by Householder's QR factorization. `columns` are the columns of A.
 *
 * @returns undefined when the columns are linearly dependent to rounding.
 */
export function leastSquares(columns: readonly Float64Array[], b: Float64Array): Float64Array | undefined {
  const size = columns.length;
  const rows = b.length;
  // The columns and, after them, b.
  const Q = scratchOf((size + 1) * rows);
  for (let k = 0; k < size; k++) Q.set(columns[k]!, k * rows);
  Q.set(b, size * rows);
  const diagonal = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const column = k * rows;
    let norm = 0;
    for (let i = k; i < rows; i++) norm += Q[column + i]! * Q[column + i]!;
    norm = Math.sqrt(norm);
    let full = 0;
    for (let i = 0; i < rows; i++) full += columns[k]![i]! * columns[k]![i]!;
    if (!(norm > 1e-13 * Math.sqrt(full))) return undefined;
    diagonal[k] = Q[column + k]! > 0 ? -norm : norm;
    Q[column + k]! -= diagonal[k]!;
    const half = -diagonal[k]! * Q[column + k]!;
    for (let other = k + 1; other <= size; other++) {
      const target = other * rows;
      let dot = 0;
      for (let i = k; i < rows; i++) dot += Q[column + i]! * Q[target + i]!;
      const factor = dot / half;
      for (let i = k; i < rows; i++) Q[target + i]! -= factor * Q[column + i]!;
    }
  }
  const x = new Float64Array(size);
  for (let k = size - 1; k >= 0; k--) {
    let sum = Q[size * rows + k]!;
    for (let j = k + 1; j < size; j++) sum -= Q[j * rows + k]! * x[j]!;
    x[k] = sum / diagonal[k]!;
  }
  return x;
}

/** Room for one call's work: fits solve these problems by the thousand. */
function scratchOf(length: number): Float64Array {
  if (scratch.length < length) scratch = new Float64Array(length);
  return scratch;
}

let scratch: Float64Array = new Float64Array(0);

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
  const residual = scratchOf(b.length);
  residual.set(b);
  for (let j = 0; j < columns.length; j++) {
    const [column, share] = [columns[j]!, x[j]!];
    if (share !== 0) for (let i = 0; i < b.length; i++) residual[i]! -= share * column[i]!;
  }
  let best: number | undefined;
  let most = 1e-12;
  let scale = 0;
  for (let i = 0; i < b.length; i++) scale += b[i]! * b[i]!;
  for (let j = 0; j < columns.length; j++) {
    if (passive.has(j) || refused.has(j)) continue;
    const column = columns[j]!;
    let dot = 0;
    let norm = 0;
    for (let i = 0; i < b.length; i++) {
      dot += column[i]! * residual[i]!;
      norm += column[i]! * column[i]!;
    }
    const fall = dot / Math.sqrt(norm * scale);
    if (fall > most) [best, most] = [j, fall];
  }
  return best;
}
