import type { RunPoint } from "../../task/run-point.ts";
import { type Fit, type FitOptions, type Fitter, notIdentified } from "../fitter.ts";
import { fitFrontier } from "../floored-power-law.ts";
import { objectiveOf } from "../objective.ts";
import { minimum } from "./minimum.ts";

/** The best loss of each budget as a floored power law, L = E + K/C^gamma; sizes by power laws through the same runs. */
export const frontier: Fitter = {
  name: "frontier",
  summary: "L = E + K/C^gamma through the lowest loss of each budget",
  options: ["space", "objective", "delta"],
  fit(runs: readonly RunPoint[], options: FitOptions = {}): Fit {
    const name = options.objective ?? "log-square";
    const allocation = minimum.fit(runs, { space: options.space ?? "log" });
    const best = allocation.points.flatMap(({ C, loss }) => (loss === undefined ? [] : [{ C, loss }]));
    const law = name === "huber-likelihood" ? undefined : fitFrontier(best, objectiveOf(name, options.delta));
    if (!law)
      return notIdentified(
        "frontier",
        name === "huber-likelihood"
          ? "the frontier has no likelihood with a scale"
          : `a floored power law needs three budgets with two runs each, there are ${best.length}`,
        allocation.warnings,
      );
    const { E, K, gamma } = law;
    return {
      ...allocation,
      method: "frontier",
      status: law.status,
      explanation: law.explanation,
      objective: { name, value: law.value },
      parameters: { E, K, gamma },
      optimum(C) {
        const optimum = allocation.optimum(C);
        return optimum && { ...optimum, loss: law.at(C) };
      },
    };
  },
};
