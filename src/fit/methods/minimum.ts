import { budgetsText } from "../../table/budgets.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { type Fit, type FitOptions, type Fitter, notIdentified } from "../fitter.ts";
import { minimumPerBudget } from "../minimum.ts";
import { allocationFit } from "./allocation.ts";

/** The handout's recipe: the lowest run of each budget, N and D = C/(6N) as power laws of C through them (docs/fitters.md). */
export const minimum: Fitter = {
  name: "minimum",
  summary: "lowest run per budget, power laws of C through them (the handout's recipe)",
  heeds: ["space"],
  fit(runs: readonly RunPoint[], { space = "linear" }: FitOptions = {}): Fit {
    if (runs.some(({ loss }) => !Number.isFinite(loss))) return notIdentified("minimum", "a loss is not finite");
    const { minima, single, atEdge } = minimumPerBudget(runs);
    const flops = (budgets: readonly { C: number }[]) => budgetsText(budgets.map(({ C }) => C));
    const warnings: string[] = [];
    if (single.length > 0) warnings.push(`dropped, a single run at its budget: ${flops(single)}`);
    if (atEdge.length > 0)
      warnings.push(`the lowest run is the smallest or largest tried at ${flops(atEdge)}: the optimum may lie beyond`);
    const optima = minima.map(({ C, N, loss }) => ({ C, N, D: C / (6 * N), loss }));
    return allocationFit("minimum", optima, space, `lowest run of ${minima.length} budgets`, warnings);
  },
};
