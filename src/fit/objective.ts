/**
 * What a law of the loss can minimise (docs/fitters.md, "Objectives"): sums over runs, squares halved; `log` compares
 * logarithms of losses, `raw` losses. `huber-likelihood` is minus a Huber log-likelihood of log losses whose scale is
 * fitted with the law.
 */
export const OBJECTIVES = ["log-huber", "log-square", "raw-huber", "raw-square", "huber-likelihood"] as const;
export type ObjectiveName = (typeof OBJECTIVES)[number];

/** Where the Huber loss turns from square to absolute when nothing else is said (Hoffmann et al. 2022). */
export const DELTA = 1e-3;

/** A sum of rho(residual) over runs. */
export interface Objective {
  /** Residuals of logarithms rather than of losses. */
  readonly log: boolean;
  /** Residuals beyond this count linearly; infinite for squares. */
  readonly delta: number;
}

/** The sum a name stands for; the likelihood's sum is that of `log-huber` at a delta of its own. */
export function objectiveOf(name: ObjectiveName, delta: number = DELTA): Objective {
  return { log: !name.startsWith("raw"), delta: name.endsWith("square") ? Number.POSITIVE_INFINITY : delta };
}

/** Huber's loss: r²/2 up to delta, delta·(|r| − delta/2) beyond. */
export function huber(residual: number, delta: number): number {
  const size = Math.abs(residual);
  return size <= delta ? 0.5 * residual * residual : delta * (size - 0.5 * delta);
}

/** The sum over runs that rounding alone leaves: residuals of a few units in the last place. */
export function roundingFloor({ log }: Objective, loss: Float64Array, weight: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < loss.length; i++) sum += weight[i]! * (log ? 1 : loss[i]! * loss[i]!);
  return 1e-30 * sum;
}
