/**
 * Solves A·x = b for a symmetric positive definite A by Cholesky's factorization. Only the lower triangle of A (size ×
 * size, by rows) is read; it is overwritten by its factor, b by the solution.
 *
 * @returns false when A is not positive definite to rounding; b is then undefined.
 */
export function solveCholesky(A: Float64Array, b: Float64Array, size: number): boolean {
  if (!factorCholesky(A, size)) return false;
  substitute(A, b, size);
  return true;
}

/** Overwrites the lower triangle by its factor; false when A is not positive definite to rounding. */
function factorCholesky(A: Float64Array, size: number): boolean {
  for (let j = 0; j < size; j++) {
    const rowJ = j * size;
    const diagonal = A[rowJ + j]!;
    let pivot = diagonal;
    for (let k = rowJ; k < rowJ + j; k++) pivot -= A[k]! * A[k]!;
    if (!(pivot > diagonal * 1e-14)) return false;
    const root = Math.sqrt(pivot);
    A[rowJ + j] = root;
    let i = j + 1;
    // Four rows at a time, whose sums do not wait for each other.
    for (; i + 3 < size; i += 4) {
      const row0 = i * size;
      const row1 = row0 + size;
      const row2 = row1 + size;
      const row3 = row2 + size;
      let sum0 = A[row0 + j]!;
      let sum1 = A[row1 + j]!;
      let sum2 = A[row2 + j]!;
      let sum3 = A[row3 + j]!;
      for (let k = 0; k < j; k++) {
        const share = A[rowJ + k]!;
        sum0 -= A[row0 + k]! * share;
        sum1 -= A[row1 + k]! * share;
        sum2 -= A[row2 + k]! * share;
        sum3 -= A[row3 + k]! * share;
      }
      A[row0 + j] = sum0 / root;
      A[row1 + j] = sum1 / root;
      A[row2 + j] = sum2 / root;
      A[row3 + j] = sum3 / root;
    }
    for (; i < size; i++) {
      const rowI = i * size;
      let sum = A[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= A[rowI + k]! * A[rowJ + k]!;
      A[rowI + j] = sum / root;
    }
  }
  return true;
}

/** Overwrites b by the solution, given the factor. */
function substitute(A: Float64Array, b: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= A[i * size + k]! * b[k]!;
    b[i] = sum / A[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < size; k++) sum -= A[k * size + i]! * b[k]!;
    b[i] = sum / A[i * size + i]!;
  }
}

/**
 * The inverse of a symmetric positive definite matrix (size × size, by rows).
 *
 * @returns undefined when it is not positive definite to rounding.
 */
export function invertPositive(A: Float64Array, size: number): Float64Array | undefined {
  const inverse = new Float64Array(size * size);
  const factor = A.slice();
  if (!factorCholesky(factor, size)) return undefined;
  const unit = new Float64Array(size);
  for (let column = 0; column < size; column++) {
    unit.fill(0)[column] = 1;
    substitute(factor, unit, size);
    for (let row = 0; row < size; row++) inverse[row * size + column] = unit[row]!;
  }
  return inverse;
}

/** How nearly singular a symmetric positive semi-definite matrix is once its diagonal is scaled to one. */
export interface Conditioning {
  /** Largest over smallest eigenvalue; infinite when singular to rounding. */
  readonly condition: number;
  /** Unit vector of the smallest eigenvalue: the combination of variables that is known least. */
  readonly weakest: Float64Array;
}

/** The conditioning of a matrix (size × size, by rows; lower triangle read), by Jacobi's rotations. */
export function conditioning(A: Float64Array, size: number): Conditioning {
  const M = new Float64Array(size * size);
  const V = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    V[i * size + i] = 1;
    for (let j = 0; j <= i; j++) {
      const scale = Math.sqrt(A[i * size + i]! * A[j * size + j]!);
      M[i * size + j] = M[j * size + i] = scale > 0 ? A[i * size + j]! / scale : 0;
    }
  }
  for (let [sweep, turned] = [0, true]; turned && sweep < 30; sweep++) {
    turned = false;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) if (rotate(M, V, p, q, size)) turned = true;
  }
  const eigenvalues = Array.from({ length: size }, (_, i) => M[i * size + i]!);
  const low = eigenvalues.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = eigenvalues.reduce((most, value) => Math.max(most, value), 0);
  const at = eigenvalues.indexOf(low);
  const weakest = Float64Array.from({ length: size }, (_, i) => V[i * size + at]!);
  return { condition: low > high * 1e-15 ? high / low : Number.POSITIVE_INFINITY, weakest };
}

/**
 * One rotation of Jacobi's method: makes entry (p, q) of M zero, and keeps the product of rotations in V. False where the
 * entry was zero.
 */
function rotate(M: Float64Array, V: Float64Array, p: number, q: number, size: number): boolean {
  const off = M[p * size + q]!;
  if (Math.abs(off) < 1e-300) return false;
  const theta = (M[q * size + q]! - M[p * size + p]!) / (2 * off);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  turnColumns(M, p, q, size, c, s);
  turnColumns(V, p, q, size, c, s);
  for (let k = 0; k < size; k++) {
    const pk = M[p * size + k]!;
    const qk = M[q * size + k]!;
    M[p * size + k] = c * pk - s * qk;
    M[q * size + k] = s * pk + c * qk;
  }
  return true;
}

function turnColumns(rows: Float64Array, p: number, q: number, size: number, c: number, s: number): void {
  for (let k = 0; k < size; k++) {
    const kp = rows[k * size + p]!;
    const kq = rows[k * size + q]!;
    rows[k * size + p] = c * kp - s * kq;
    rows[k * size + q] = s * kp + c * kq;
  }
}
