import { budgetsIn } from "../table/budgets.ts";
import { unknownName } from "../task/errors.ts";
import type { RunPoint } from "../task/run-point.ts";
import { designFault } from "./allocation.ts";
import type { Fitter } from "./fitter.ts";
import { envelope } from "./methods/envelope.ts";
import { farseer } from "./methods/farseer.ts";
import { frontier } from "./methods/frontier.ts";
import { interpolatedMinimum } from "./methods/interpolated-minimum.ts";
import { kaplan } from "./methods/kaplan.ts";
import { minimum } from "./methods/minimum.ts";
import { parabola } from "./methods/parabola.ts";
import { parametric } from "./methods/parametric.ts";
import { variableProjection } from "./methods/variable-projection.ts";

// Scaling laws from runs:
//
//   runs   = readRunsTable(text).runs                     one { N, D, C, loss } per trained model
//   fit    = FITTERS.find(({ name }) => name === "parametric").fit(runs, { objective: "log-huber" })
//   fit.status                                            can its numbers be trusted, and if not, fit.explanation
//   fit.parameters, fit.exponents, fit.laws               the law
//   fit.optimum(1e24)                                     the best { C, N, D, loss } for a budget
//   refits = bootstrapFits(fitter, runs, fit, { resampling: "runs", draws: 1000, rng })
//   refitIntervals(refits, [1e24], 0.9)                   what the runs leave open
//
// A method is one file in methods/ (how it fits, its law, its notes), wrapped in `withChecks` (plausibility.ts), and two
// lines here: an import and an entry in FITTERS.

/**
 * Every method but the user's own formula, in the order of a comparison.
 *
 * @example
 * ```ts
 * import { FITTERS } from "isoflop";
 * FITTERS.map(({ name }) => name).slice(0, 3); // ["minimum", "envelope", "parabola"]
 * ```
 */
export const FITTERS: readonly Fitter[] = [
  minimum,
  envelope,
  parabola,
  interpolatedMinimum,
  parametric,
  variableProjection,
  kaplan,
  farseer,
  frontier,
];

/**
 * The method of this name.
 *
 * @throws UserError that names the nearest method where there is none of this name.
 *
 * @example
 * ```ts
 * import { fitterNamed, readRunsTable } from "isoflop";
 * const text = `N,D,loss
 * 1e8,2e9,3.386
 * 1e8,2e10,3.076
 * 1e9,2e9,3.012
 * 1e9,2e10,2.701
 * 1e10,2e10,2.530
 * 1e10,2e11,2.396`;
 * const fit = fitterNamed("parametric").fit(readRunsTable(text).runs);
 * fit.status; // "converged"
 * fit.exponents?.a; // 0.5177
 * fit.optimum(1e21)?.N; // 4.10e9
 * fitterNamed("chinchilla"); // throws UserError
 * ```
 */
export function fitterNamed(name: string): Fitter {
  const fitter = FITTERS.find((candidate) => candidate.name === name);
  if (!fitter)
    throw unknownName(
      "method",
      name,
      FITTERS.map((candidate) => candidate.name),
    );
  return fitter;
}

/**
 * The method for a table when the user names none: `parabola` where three budgets have five sizes or more, since there it
 * predicts hidden budgets best (docs/fitters.md, "Methods"), else `parametric`; `frontier` where the design
 * cannot say which size is best.
 */
export function methodFor(runs: readonly RunPoint[]): string {
  if (designFault(runs)) return "frontier";
  const swept = budgetsIn(runs).filter((budget) => new Set(budget.runs.map(({ N }) => N)).size >= 5);
  return swept.length >= 3 ? "parabola" : "parametric";
}

/** The names of the methods, those of given optima, of repeated data and of the user's own formula last. */
export const METHODS: readonly string[] = [...FITTERS.map(({ name }) => name), "optima", "data-constrained", "formula"];
