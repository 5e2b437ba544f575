import { quantile } from "../../src/fit/kernels/quantile.ts";

export { quantile };

/** The middle of a sample; NaN when empty. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}
