/**
 * fast-check arbitraries for a fitter's own tests: laws, grids of budgets and sizes, noise, and whole tables of runs.
 *
 * @example
 * ```ts
 * import { arbitraries } from "isoflop/testing";
 * const law = { E: 1.7, A: 400, B: 400, alpha: 0.34, beta: 0.28 };
 * const grid = { budgets: [1e18, 1e19], sizesPerBudget: 3, width: 4, offset: 1 };
 * arbitraries.runsOf(law, grid).length; // 6
 * ```
 */
export * as arbitraries from "./testing/arbitraries.ts";
export type { FitterUnderTest, FitUnderTest } from "./testing/fitter-under-test.ts";
export { type GauntletOptions, gauntlet, type PropertyResult } from "./testing/gauntlet.ts";
