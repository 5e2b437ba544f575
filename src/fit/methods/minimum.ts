import { formatFlops } from "../../task/quantity.ts";
import type { Fit, FitOptions, Fitter } from "../fitter.ts";
import { notIdentified } from "../fitter.ts";
import { fitAllocation, type Minima, minimumPerBudget } from "../minimum.ts";
import { powerLawAt } from "../power-law.ts";
import type { RunPoint } from "../run-point.ts";

/** The handout's recipe: the lowest run of each budget, N and D as power laws of C through them (docs/fitters.md). */
export const minimum: Fitter = {
  name: "minimum",
  summary: "lowest run per budget, power laws of C through them (the handout's recipe)",
  fit(runs: readonly RunPoint[], { space = "linear" }: FitOptions = {}): Fit {
    const found = minimumPerBudget(runs);
    const laws = fitAllocation(found.minima, space);
    const warnings = warningsOf(found);
    if (!laws)
      return notIdentified(
        "minimum",
        `a power law needs two budgets with two runs each; there ${found.minima.length === 1 ? "is" : "are"} ${found.minima.length}`,
        warnings,
      );
    return {
      method: "minimum",
      status: "converged",
      explanation: `least squares in ${space} space over the lowest run of ${found.minima.length} budgets`,
      parameters: {
        kN: laws.N.coefficient,
        a: laws.N.exponent,
        kD: laws.D.coefficient,
        b: laws.D.exponent,
      },
      exponents: { a: laws.N.exponent, b: laws.D.exponent },
      laws,
      points: found.minima.map(({ C, N, loss }) => ({ C, N, D: C / (6 * N), loss })),
      optimum: (C) => ({ C, N: powerLawAt(laws.N, C), D: powerLawAt(laws.D, C) }),
      warnings,
    };
  },
};

function warningsOf({ minima, single, atEdge }: Minima<RunPoint>): string[] {
  const warnings: string[] = [];
  const list = (budgets: readonly { C: number }[]) => budgets.map(({ C }) => formatFlops(C)).join(", ");
  if (single.length > 0) warnings.push(`dropped, a single run at its budget: ${list(single)} FLOPs`);
  if (atEdge.length > 0)
    warnings.push(
      `the lowest run is the smallest or largest tried at ${list(atEdge)} FLOPs: the optimum may lie beyond`,
    );
  if (minima.length === 2) warnings.push("two budgets determine the laws exactly: nothing tests them");
  return warnings;
}
