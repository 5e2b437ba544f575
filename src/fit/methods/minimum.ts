import { type Budget, budgetsIn, budgetsText } from "../../table/budgets.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { allocationFit, type Optima } from "../allocation.ts";
import { type Fit, type FitOptions, type Fitter, notIdentified } from "../fitter.ts";
import { withChecks } from "../plausibility.ts";

/** The handout's recipe: the lowest run of each budget, N and D as power laws of C through them (docs/fitters.md). */
export const minimum: Fitter = withChecks({
  name: "minimum",
  summary: "lowest run per budget, power laws of C through them (the handout's recipe)",
  options: ["space"],
  fit(runs: readonly RunPoint[], { space = "linear" }: FitOptions = {}): Fit {
    if (runs.some(({ loss }) => !Number.isFinite(loss))) return notIdentified("minimum", "a loss is not finite");
    return allocationFit("minimum", runs, minimumOptima(runs), space);
  },
});

/** The lowest run of each budget as its optimum. */
export function minimumOptima(runs: readonly RunPoint[]): Optima {
  const { minima, single, atEdge } = minimumPerBudget(runs);
  const flops = (budgets: readonly { C: number }[]) => budgetsText(budgets.map(({ C }) => C));
  const warnings: string[] = [];
  if (single.length > 0) warnings.push(`dropped, a single run at its budget: ${flops(single)}`);
  if (atEdge.length > 0)
    warnings.push(`the lowest run is the smallest or largest tried at ${flops(atEdge)}: the optimum may lie beyond`);
  const points = minima.map(({ C, N, D, loss }) => ({ C, N, D, loss }));
  return { points, what: `lowest run of ${minima.length} budgets`, warnings };
}

/** The best run of each budget, and the budgets that do not determine a best one. */
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
