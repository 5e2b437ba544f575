import { type Compute, SIX_ND } from "./compute.ts";
import type { Allocation } from "./fitter.ts";

/** The golden section. */
const SECTION = (Math.sqrt(5) - 1) / 2;
/** ln N up to which an optimum is searched for: from one parameter to 10^20. */
const HIGHEST = 46;
const STEPS = 460;

/**
 * The N and D that C FLOPs buy where any law's loss is lowest: a scan of ln N, then golden sections. D is C/(6N) unless
 * `compute` says otherwise.
 *
 * @returns undefined where the lowest loss lies at an end of the search, or is no number.
 */
export function bestAllocation(
  loss: (N: number, D: number, C: number) => number,
  C: number,
  compute: Compute = SIX_ND,
): Allocation | undefined {
  const at = (logN: number) => loss(Math.exp(logN), compute.tokens(C, Math.exp(logN)), C);
  const step = HIGHEST / STEPS;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= STEPS; i++) {
    const value = at(i * step);
    if (value < least) [best, least] = [i, value];
  }
  if (!(least > 0) || best === 0 || best === STEPS) return undefined;
  let [a, b] = [(best - 1) * step, (best + 1) * step];
  let [x, y] = [b - SECTION * (b - a), a + SECTION * (b - a)];
  let [fx, fy] = [at(x), at(y)];
  while (b - a > 1e-9) {
    if (fx < fy) {
      [b, y, fy] = [y, x, fx];
      x = b - SECTION * (b - a);
      fx = at(x);
    } else {
      [a, x, fx] = [x, y, fy];
      y = a + SECTION * (b - a);
      fy = at(y);
    }
  }
  const N = Math.exp((a + b) / 2);
  const D = compute.tokens(C, N);
  return { C, N, D, loss: loss(N, D, C) };
}
