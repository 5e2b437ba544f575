import { budgetsIn } from "../../table/budgets.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { allocationFit } from "../allocation.ts";
import { type Fit, type FitOptions, type Fitter, isUsable, notIdentified } from "../fitter.ts";
import { fitFlooredPowerLaw } from "../floored-power-law.ts";
import { objectiveOf } from "../objective.ts";
import { withChecks } from "../plausibility.ts";
import { minimumOptima } from "./minimum.ts";

/**
 * The best loss of each budget as a floored power law, L = E + K/C^gamma; sizes by power laws through the same runs. Needs
 * C and loss alone: where the table has no N and D, or its design cannot say which size is best, they are left out.
 */
export const frontier: Fitter = withChecks({
  name: "frontier",
  summary: "L = E + K/C^gamma through the lowest loss of each budget",
  options: ["space", "objective", "delta"],
  fixable: ["E"],
  fit(runs: readonly RunPoint[], options: FitOptions = {}): Fit {
    const name = options.objective ?? "log-square";
    const { E: floor, ...others } = options.fixed ?? {};
    const unknown = Object.keys({ ...others, ...options.priors });
    if (unknown.length > 0)
      return notIdentified("frontier", `frontier cannot fix or take a prior on ${unknown.join(", ")}`);
    if (name === "huber-likelihood") return notIdentified("frontier", "the frontier has no likelihood with a scale");
    const best = bestPerBudget(runs);
    const law = fitFlooredPowerLaw(best.points, objectiveOf(name, options.delta), floor);
    if (!law)
      return notIdentified(
        "frontier",
        `a floored power law needs three budgets with two runs each, there are ${best.points.length}`,
        best.warnings,
      );
    const { E, K, gamma } = law;
    const allocation = best.single
      ? undefined
      : allocationFit("frontier", runs, minimumOptima(runs), options.space ?? "log");
    const sized = allocation && isUsable(allocation) ? allocation : undefined;
    const fit: Omit<Fit, "points" | "optimum"> = {
      method: "frontier",
      status: law.status,
      explanation: law.explanation,
      objective: { name, value: law.value },
      parameters: { E, K, gamma },
      warnings: best.warnings,
    };
    if (!sized)
      return {
        ...fit,
        points: [],
        lossOfC: law.at,
        optimum: () => undefined,
        warnings: [...best.warnings, `no best N and D: ${allocation?.explanation ?? "every budget has one run"}`],
      };
    const { exponents, laws, points } = sized;
    return {
      ...fit,
      ...(exponents && { exponents }),
      ...(laws && { laws }),
      points,
      warnings: sized.warnings,
      optimum(C) {
        const optimum = sized.optimum(C);
        return optimum && { ...optimum, loss: law.at(C) };
      },
    };
  },
});

/** The lowest loss of each budget; of budgets with one run only where no budget has two. */
function bestPerBudget(runs: readonly RunPoint[]): {
  readonly points: readonly { readonly C: number; readonly loss: number }[];
  readonly single: boolean;
  readonly warnings: readonly string[];
} {
  if (runs.some(({ loss }) => !Number.isFinite(loss))) return { points: [], single: false, warnings: [] };
  const budgets = budgetsIn(runs);
  const single = budgets.every((budget) => budget.runs.length === 1);
  if (single) return { points: budgets.map(({ C, runs: [run] }) => ({ C, loss: run!.loss })), single, warnings: [] };
  const { points, warnings = [] } = minimumOptima(runs);
  return { points: points.flatMap(({ C, loss }) => (loss === undefined ? [] : [{ C, loss }])), single, warnings };
}
