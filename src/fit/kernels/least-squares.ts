/**
 * The x with the least |A·x − b|, by Householder's QR factorisation. `columns` are the columns of A.
 *
 * @returns undefined when the columns are linearly dependent to rounding.
 */
export function leastSquares(columns: readonly Float64Array[], b: Float64Array): Float64Array | undefined {
  const size = columns.length;
  const rows = b.length;
  const Q = columns.map((column) => column.slice());
  const y = b.slice();
  const diagonal = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const column = Q[k]!;
    let norm = 0;
    for (let i = k; i < rows; i++) norm += column[i]! * column[i]!;
    norm = Math.sqrt(norm);
    let full = 0;
    for (let i = 0; i < rows; i++) full += columns[k]![i]! * columns[k]![i]!;
    if (!(norm > 1e-13 * Math.sqrt(full))) return undefined;
    diagonal[k] = column[k]! > 0 ? -norm : norm;
    column[k] = column[k]! - diagonal[k]!;
    const half = -diagonal[k]! * column[k]!;
    for (const target of [...Q.slice(k + 1), y]) {
      let dot = 0;
      for (let i = k; i < rows; i++) dot += column[i]! * target[i]!;
      const factor = dot / half;
      for (let i = k; i < rows; i++) target[i] = target[i]! - factor * column[i]!;
    }
  }
  const x = new Float64Array(size);
  for (let k = size - 1; k >= 0; k--) {
    let sum = y[k]!;
    for (let j = k + 1; j < size; j++) sum -= Q[j]![k]! * x[j]!;
    x[k] = sum / diagonal[k]!;
  }
  return x;
}
