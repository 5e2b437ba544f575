import type { Fit } from "../../fit/fitter.ts";

/** The document `isoflop fit --json` prints (docs/cli.md, "fit"). Numbers are not rounded. */
export function fitsJson(fits: readonly Fit[], targets: readonly number[]): object {
  return { fits: fits.map((fit) => fitJson(fit, targets)) };
}

function fitJson(fit: Fit, targets: readonly number[]): object {
  return {
    method: fit.method,
    status: fit.status,
    explanation: fit.explanation,
    objective: fit.objective ?? null,
    parameters: fit.parameters,
    intervals: {},
    exponents: fit.exponents ?? null,
    laws: fit.laws ?? null,
    points: fit.points,
    targets: targets.flatMap((C) => {
      const optimum = fit.optimum(C);
      return optimum ? [{ loss: null, ...optimum }] : [];
    }),
    warnings: fit.warnings,
  };
}
