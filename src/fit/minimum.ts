import { type Budget, budgetsIn } from "../table/budgets.ts";
import type { RunPoint } from "../task/run-point.ts";
import { fitPowerLaw, type PowerLaw, type Space } from "./power-law.ts";

/** The best run of each budget, and the budgets that cannot tell a best one. */
export interface Minima<Point extends RunPoint> {
  readonly minima: readonly Point[];
  /** Budgets with a single run: nothing to compare, so they are left out. */
  readonly single: readonly Budget<Point>[];
  /** Budgets whose best run is the smallest or the largest one tried: the true optimum may lie beyond. */
  readonly atEdge: readonly Budget<Point>[];
}

/** The run with the lowest loss of each budget (of equal losses the smallest model), budgets ascending. */
export function minimumPerBudget<Point extends RunPoint>(runs: readonly Point[]): Minima<Point> {
  const budgets = budgetsIn(runs);
  const single = budgets.filter((budget) => budget.runs.length === 1);
  const compared = budgets.filter((budget) => budget.runs.length > 1);
  const minima = compared.map((budget) => budget.runs.reduce((best, run) => (run.loss < best.loss ? run : best)));
  const atEdge = compared.filter(
    ({ runs: tried }, index) => minima[index] === tried[0] || minima[index] === tried.at(-1),
  );
  return { minima, single, atEdge };
}

/** Optimal size and tokens as power laws of compute: N = k·C^a and D = k·C^b, each fitted by itself. */
export interface AllocationLaws {
  readonly N: PowerLaw;
  readonly D: PowerLaw;
}

/**
 * The laws through optima ⟨C, N⟩ and ⟨C, D = C/(6N)⟩, as the handout asks for them. The two are fitted apart, so N·D is
 * not exactly C/6 off the data.
 *
 * @returns undefined where the optima do not determine both.
 */
export function fitAllocation(
  optima: readonly { readonly C: number; readonly N: number }[],
  space: Space,
): AllocationLaws | undefined {
  const N = fitPowerLaw(
    optima.map((optimum) => ({ x: optimum.C, y: optimum.N })),
    { space },
  );
  const D = fitPowerLaw(
    optima.map((optimum) => ({ x: optimum.C, y: optimum.C / (6 * optimum.N) })),
    { space },
  );
  return N && D && { N, D };
}
