import fc from "fast-check";
import { type ChinchillaLaw, chinchillaLoss, chinchillaOptimum } from "../law/chinchilla.ts";
import { randomStream, standardNormal } from "../task/random.ts";
import type { RunPoint } from "../task/run-point.ts";

/** A grid of runs: budgets, and sizes around the optimum of each. */
export interface Grid {
  /** FLOPs, ascending. */
  readonly budgets: readonly number[];
  readonly sizesPerBudget: number;
  /** Sizes reach this factor either way. */
  readonly width: number;
  /** The middle of the sizes over the true optimum. */
  readonly offset: number;
}

const range = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Laws L = E + A/N^alpha + B/D^beta with exponents between 0.2 and 0.6 whose terms are 0.1 to 1 nat at N = 1e9, D = 2e10. */
export const laws: fc.Arbitrary<ChinchillaLaw> = fc
  .record({
    E: range(0.5, 3),
    alpha: range(0.2, 0.6),
    beta: range(0.2, 0.6),
    termN: range(0.1, 1),
    termD: range(0.1, 1),
  })
  .map(({ E, alpha, beta, termN, termD }) => ({
    E,
    alpha,
    beta,
    A: termN * Math.exp(alpha * Math.log(1e9)),
    B: termD * Math.exp(beta * Math.log(2e10)),
  }));

/** Grids of 4 to 6 budgets a factor of 3 to 10 apart, 5 to 9 sizes reaching 2 to 16 times either way, off center by up to 2. */
export const grids: fc.Arbitrary<Grid> = fc
  .record({
    budgets: fc.integer({ min: 4, max: 6 }),
    lowest: range(17, 20),
    ratio: range(3, 10),
    sizesPerBudget: fc.integer({ min: 5, max: 9 }),
    width: range(2, 16),
    offset: range(0.5, 2),
  })
  .map(({ budgets, lowest, ratio, ...grid }) => ({
    ...grid,
    budgets: Array.from({ length: budgets }, (_, i) => Math.exp(lowest * Math.LN10 + i * Math.log(ratio))),
  }));

/** The runs of a law on a grid; `sigma` is the standard deviation of noise on ln loss, drawn from the stream of `seed`. */
export function runsOf(
  law: ChinchillaLaw,
  { budgets, sizesPerBudget, width, offset }: Grid,
  sigma = 0,
  seed = 0,
): RunPoint[] {
  const rng = randomStream(`gauntlet/${seed}`);
  return budgets.flatMap((C) => {
    const center = Math.log(chinchillaOptimum(law, C).N * offset);
    return Array.from({ length: sizesPerBudget }, (_, i) => {
      const N = Math.exp(center + Math.log(width) * ((2 * i) / (sizesPerBudget - 1) - 1));
      const D = C / (6 * N);
      return { N, D, C, loss: chinchillaLoss(law, N, D) * Math.exp(sigma * standardNormal(rng)) };
    });
  });
}

/** Noise: the standard deviation of ln loss, and the seed of its stream. */
export const noise: fc.Arbitrary<{ readonly sigma: number; readonly seed: number }> = fc.record({
  sigma: range(0.001, 0.01),
  seed: fc.nat(1e6),
});

/** Noisy tables with the law behind them. */
export const tables: fc.Arbitrary<{
  readonly law: ChinchillaLaw;
  readonly grid: Grid;
  readonly runs: readonly RunPoint[];
}> = fc
  .tuple(laws, grids, noise)
  .map(([law, grid, { sigma, seed }]) => ({ law, grid, runs: runsOf(law, grid, sigma, seed) }));

const wild = fc.oneof(range(1e-3, 1e3), fc.constantFrom(1, 1e-30, 1e30, 1e6, 1e9));

/** Tables no law can come of: one or two rows, one budget, one size, constant or negative losses, numbers like 1e30. */
export const degenerateTables: fc.Arbitrary<readonly RunPoint[]> = fc.oneof(
  fc
    .array(
      wild.chain((N) => fc.tuple(fc.constant(N), wild, wild)),
      { maxLength: 2 },
    )
    .map((rows) => rows.map(([N, D, loss]) => run(N, D, loss))),
  fc
    .array(fc.tuple(range(1e6, 1e9), range(2, 4)), { minLength: 3, maxLength: 8 })
    .map((rows) => rows.map(([N, loss]) => run(N, 1e18 / (6 * N), loss))),
  fc
    .array(fc.tuple(range(1e9, 1e11), range(2, 4)), { minLength: 3, maxLength: 8 })
    .map((rows) => rows.map(([D, loss]) => run(1e8, D, loss))),
  fc
    .array(fc.tuple(range(1e6, 1e9), range(1e9, 1e11)), { minLength: 3, maxLength: 12 })
    .map((rows) => rows.map(([N, D]) => run(N, D, 3))),
  fc
    .array(fc.tuple(range(1e6, 1e9), range(1e9, 1e11), range(-5, 5)), { minLength: 3, maxLength: 12 })
    .map((rows) => rows.map(([N, D, loss]) => run(N, D, loss))),
  fc
    .array(fc.tuple(wild, wild, wild), { minLength: 3, maxLength: 12 })
    .map((rows) => rows.map(([N, D, loss]) => run(N, D, loss))),
);

function run(N: number, D: number, loss: number): RunPoint {
  return { N, D, C: 6 * N * D, loss };
}
