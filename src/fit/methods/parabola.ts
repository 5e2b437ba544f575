import { type Budget, budgetsIn, budgetsText } from "../../table/budgets.ts";
import type { RunPoint } from "../../task/run-point.ts";
import type { Fit, FitOptions, Fitter, Optimum } from "../fitter.ts";
import { fitParabola } from "../parabola.ts";
import { allocationFit } from "./allocation.ts";

/**
 * Approach 2 (Hoffmann et al. 2022, section 3.2): a parabola of loss over ln N and another over ln D for each budget,
 * power laws of C through their vertices. It is biased on grids that are wide or off centre (docs/fitters.md).
 */
export const parabola: Fitter = {
  name: "parabola",
  summary: "a parabola per budget, power laws of C through the vertices (approach 2)",
  heeds: ["space", "weights"],
  fit(runs: readonly RunPoint[], { space = "log" }: FitOptions = {}): Fit {
    const refused = new Map<string, number[]>();
    const optima: Optimum[] = [];
    for (const budget of budgetsIn(runs)) {
      const vertex = vertexOf(budget);
      if (typeof vertex === "string") refused.set(vertex, [...(refused.get(vertex) ?? []), budget.C]);
      else optima.push(vertex);
    }
    const warnings = [...refused].map(([reason, budgets]) => `dropped, ${reason}: ${budgetsText(budgets)}`);
    return allocationFit("parabola", optima, space, `vertices of ${optima.length} budgets`, warnings);
  },
};

/** The vertex of a budget, or why there is none to use. */
function vertexOf({ C, runs }: Budget): Optimum | string {
  if (runs.length === 1) return "a single run";
  if (new Set(runs.map(({ N }) => N)).size < 3)
    return `a parabola needs three sizes, it has ${new Set(runs.map(({ N }) => N)).size}`;
  const weighted = (x: "N" | "D") => runs.map((run) => ({ x: run[x], y: run.loss, weight: run.weight ?? 1 }));
  const [overN, overD] = [fitParabola(weighted("N")), fitParabola(weighted("D"))];
  if (!overN || !overD) return "its runs determine no parabola";
  if (overN.curvature <= 0 || overD.curvature <= 0) return "the parabola opens downwards";
  if (!overN.inside || !overD.inside) return "the vertex lies outside the sizes tried";
  return { C, N: overN.vertex, D: overD.vertex, loss: overN.loss };
}
