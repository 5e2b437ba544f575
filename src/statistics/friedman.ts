import { fTail } from "./beta.ts";
import { chiSquaredTail } from "./gamma.ts";
import { meanRanks } from "./ranks.ts";

/** Whether the field differs at all. */
export interface Friedman {
  readonly chiSquared: number;
  /** p of the chi-squared statistic with k − 1 degrees of freedom. */
  readonly p: number;
  /** Iman and Davenport's (1980) less timid F statistic, and its p. */
  readonly F: number;
  readonly pF: number;
  readonly blocks: number;
  readonly treatments: number;
}

/**
 * The Friedman test as in Demšar (2006, section 3.2.2): do mean ranks differ by more than chance? Ties are not corrected
 * for, which errs on the side of "no difference".
 *
 * @param rows ranks, one row for each block (world), one column for each treatment (strategy).
 */
export function friedmanTest(rows: readonly (readonly number[])[]): Friedman {
  const [blocks, treatments] = [rows.length, rows[0]?.length ?? 0];
  const [n, k] = [blocks, treatments];
  const squares = meanRanks(rows).reduce((total, rank) => total + rank * rank, 0);
  const chiSquared = Math.max(0, ((12 * n) / (k * (k + 1))) * (squares - (k * (k + 1) * (k + 1)) / 4));
  const rest = n * (k - 1) - chiSquared;
  const F = rest <= 0 ? Number.POSITIVE_INFINITY : ((n - 1) * chiSquared) / rest;
  return {
    chiSquared,
    p: chiSquaredTail(chiSquared, k - 1),
    F,
    pF: fTail(F, k - 1, (k - 1) * (n - 1)),
    blocks,
    treatments,
  };
}
