import type { Fitter } from "./fitter.ts";
import { envelope } from "./methods/envelope.ts";
import { farseer } from "./methods/farseer.ts";
import { frontier } from "./methods/frontier.ts";
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
// A method is one file in methods/ (how it fits, its law, its notes) and one line here.

/** Every method but the user's own formula, in the order of a comparison. */
export const FITTERS: readonly Fitter[] = [
  minimum,
  envelope,
  parabola,
  parametric,
  variableProjection,
  kaplan,
  farseer,
  frontier,
];

/** The names of the methods, that of the user's own formula last. */
export const METHODS: readonly string[] = [...FITTERS.map(({ name }) => name), "formula"];
