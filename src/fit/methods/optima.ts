import type { RunPoint } from "../../task/run-point.ts";
import { allocationFit } from "../allocation.ts";
import type { Fit, FitOptions, Fitter } from "../fitter.ts";
import { withChecks } from "../plausibility.ts";

/** Power laws through optima that are given, one row a budget: a table of best sizes, with or without their losses. */
export const optima: Fitter = withChecks({
  name: "optima",
  summary: "the rows are best sizes of budgets, power laws of C through them",
  options: ["space"],
  fit(runs: readonly RunPoint[], { space = "log" }: FitOptions = {}): Fit {
    const points = runs
      .toSorted((a, b) => a.C - b.C || a.N - b.N)
      .map(({ C, N, D, loss }) => ({ C, N, D, ...(loss > 0 && { loss }) }));
    return allocationFit("optima", runs, { points, what: `${points.length} optima given`, given: true }, space);
  },
});
