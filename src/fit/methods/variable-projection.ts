import type { ChinchillaLaw } from "../../law/chinchilla.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { type Descent, descend, nonNegativeTerms } from "../chinchilla.ts";
import { ChinchillaProblem } from "../chinchilla-problem.ts";
import { type Fit, type FitOptions, type Fitter, notIdentified } from "../fitter.ts";
import { minimizeNelderMead } from "../kernels/nelder-mead.ts";
import { minimizeNewton } from "../kernels/newton.ts";
import { type Objective, objectiveOf } from "../objective.ts";
import { withChecks } from "../plausibility.ts";
import type { Rows } from "../rows.ts";
import { fitRows } from "./parametric.ts";

/** Exponents of the first look, per axis. */
const GRID = { points: 10, lowest: 0.05, highest: 1.2 };

/**
 * The law of approach 3 with E, A and B projected out: for each pair of exponents they are solved for, by non-negative
 * least squares where squares of losses are summed and by Newton's method otherwise, so that only alpha and beta are
 * searched (Golub and Pereyra 1973; docs/fitters.md, "The search"). A last descent in all five gives full digits.
 */
export const variableProjection: Fitter = withChecks({
  name: "variable-projection",
  summary: "the same law with E, A and B solved for at each alpha and beta (raw squares by default)",
  options: ["objective", "delta", "weights"],
  fit(runs: readonly RunPoint[], options: FitOptions = {}): Fit {
    const name = options.objective ?? "raw-square";
    if (name === "huber-likelihood" || options.fixed || options.priors) {
      const what = name === "huber-likelihood" ? name : "fixed values and priors";
      return notIdentified("variable-projection", `variable projection does not take ${what}: use --method parametric`);
    }
    return fitRows("variable-projection", runs, (rows) => {
      const objective = objectiveOf(name, options.delta);
      const near = options.start && (options.start as unknown as ChinchillaLaw);
      const descent = near ? descend(rows, objective, {}, near) : project(rows, objective);
      const search =
        "10 × 10 exponents, a simplex over alpha and beta with E, A and B solved for at each, a last Newton descent";
      return { descent, search, name, value: descent.minimum.value };
    });
  },
});

function project(rows: Rows, objective: Objective): Descent {
  const problem = new ChinchillaProblem(rows, objective);
  const inner = new ChinchillaProblem(rows, objective);
  const linear = !objective.log && objective.delta === Number.POSITIVE_INFINITY;
  const terms = nonNegativeTerms(rows, problem, objective);
  let near: Float64Array | undefined;
  const solve = (alpha: number, beta: number): Float64Array => {
    const x = terms(alpha, beta);
    if (linear) return x;
    inner.lower.set([alpha, beta], 3);
    inner.upper.set([alpha, beta], 3);
    const start = near && problem.value(near) < problem.value(x) ? near : x;
    return minimizeNewton(inner, start, { iterations: 30 }).x;
  };
  const exponents = Array.from({ length: GRID.points }, (_, i) =>
    Math.exp(Math.log(GRID.lowest) + (i / (GRID.points - 1)) * Math.log(GRID.highest / GRID.lowest)),
  );
  const looks = exponents.flatMap((alpha) =>
    exponents.map((beta) => {
      const x = terms(alpha, beta);
      return { x, value: problem.value(x) };
    }),
  );
  const best = looks.reduce((a, b) => (b.value < a.value ? b : a)).x;
  const outer = (logs: Float64Array): number => {
    const x = solve(Math.exp(logs[0]!), Math.exp(logs[1]!));
    const value = problem.value(x);
    if (!near || value < problem.value(near)) near = x;
    return value;
  };
  const found = minimizeNelderMead(outer, Float64Array.of(Math.log(best[3]!), Math.log(best[4]!)), {
    size: 0.15,
    tolerance: 1e-4,
  });
  const minimum = minimizeNewton(problem, solve(Math.exp(found[0]!), Math.exp(found[1]!)));
  return { problem, minimum };
}
