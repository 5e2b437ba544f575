import { solveCholesky } from "../../src/fit/kernels/matrix.ts";
import { type Rng, standardNormal } from "../../src/task/random.ts";
import type { Posterior } from "./laplace.ts";

/** Draws from the approximation with importance weights, which add up to one, that correct it to the posterior. */
export function particles(
  posterior: Posterior,
  count: number,
  rng: Rng,
): { readonly x: Float64Array; readonly weight: number }[] {
  const drawn: { readonly x: Float64Array; readonly log: number }[] = [];
  drawEach(posterior, count, rng, (x, z) => {
    const log = posterior.logDensity(x) + 0.5 * z.reduce((sum, value) => sum + value * value, 0);
    drawn.push({ x: x.slice(), log });
  });
  const highest = Math.max(...drawn.map(({ log }) => log));
  const total = drawn.reduce((sum, { log }) => sum + Math.exp(log - highest), 0);
  return drawn.map(({ x, log }) => ({ x, weight: Math.exp(log - highest) / total }));
}

/** Draws from a normal distribution. */
export function draws(normal: Pick<Posterior, "mode" | "covariance">, count: number, rng: Rng): Float64Array[] {
  const drawn: Float64Array[] = [];
  drawEach(normal, count, rng, (x) => drawn.push(x.slice()));
  return drawn;
}

/**
 * Draws from a normal distribution, and the standard normal deviates they come from, one after another in the same two
 * arrays.
 */
export function drawEach(
  { mode, covariance }: Pick<Posterior, "mode" | "covariance">,
  count: number,
  rng: Rng,
  use: (x: Float64Array, z: Float64Array) => void,
): void {
  const size = mode.length;
  const factor = choleskyFactor(covariance, size);
  const [x, z] = [new Float64Array(size), new Float64Array(size)];
  for (let draw = 0; draw < count; draw++) {
    for (let i = 0; i < size; i++) z[i] = standardNormal(rng);
    for (let i = 0; i < size; i++) {
      let sum = mode[i]!;
      for (let j = 0; j <= i; j++) sum += factor[i * size + j]! * z[j]!;
      x[i] = sum;
    }
    use(x, z);
  }
}

/** The lower factor of a positive definite matrix. */
function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = matrix.slice();
  solveCholesky(factor, new Float64Array(size), size);
  return factor;
}
