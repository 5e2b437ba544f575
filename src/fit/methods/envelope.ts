import type { RunPoint } from "../../task/run-point.ts";
import { allocationFit } from "../allocation.ts";
import { type Allocation, type Fit, type FitOptions, type Fitter, isUsable, notIdentified } from "../fitter.ts";
import { withChecks } from "../plausibility.ts";

/**
 * Approach 1 (Hoffmann et al. 2022, section 3.1) on what a table holds: the runs that no run of equal or less compute
 * beats, power laws of C through their N and D. Budgets need not repeat. With curves of whole trainings, give every
 * checkpoint as a row.
 */
export const envelope: Fitter = withChecks({
  name: "envelope",
  summary: "runs that no cheaper run beats, power laws of C through them (approach 1)",
  options: ["space"],
  fit(runs: readonly RunPoint[], { space = "log" }: FitOptions = {}): Fit {
    if (runs.some(({ loss, C }) => !Number.isFinite(loss) || !Number.isFinite(C)))
      return notIdentified("envelope", "a number is not finite");
    const optima: Allocation[] = [];
    for (const { C, N, D, loss } of runs.toSorted((a, b) => a.C - b.C || a.loss - b.loss || a.N - b.N)) {
      const last = optima.at(-1);
      if (!last || loss < last.loss!) optima.push({ C, N, D, loss });
    }
    const fit = allocationFit(
      "envelope",
      runs,
      { points: optima, what: `${optima.length} runs on the envelope` },
      space,
    );
    if (optima.length > 2 || !isUsable(fit)) return fit;
    return {
      ...fit,
      status: "not identified",
      explanation: "two runs on the envelope fit the laws exactly: nothing tests them",
    };
  },
});
