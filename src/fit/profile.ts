import { studentQuantile } from "../statistics/distributions.ts";
import type { RunPoint } from "../task/run-point.ts";
import type { Interval } from "./bootstrap.ts";
import { type Descent, descend, lawAt, logResiduals } from "./chinchilla.ts";
import { DELTA, type Objective, type ObjectiveName, objectiveOf } from "./objective.ts";
import { rowsOf } from "./rows.ts";

/** The profile of an objective over the floor E: the least it can be with E held. */
export interface FloorProfile {
  readonly E: number;
  readonly interval: Interval;
  /** Whether the data allow the floor to be as low as 0. */
  readonly open: boolean;
}

/**
 * The interval of floors E that a likelihood ratio accepts at a level: the objective, refitted with E held, is turned
 * into minus a log-likelihood by a scale of its own residuals, and the threshold is Student's for the degrees of
 * freedom left. For Huber that scale is the reciprocal of twice the errors' density at zero, as for least absolute
 * deviations, taken from the median residual as normal errors have it (for Laplace's it is a quarter too wide).
 *
 * @returns undefined when the law cannot be fitted, or fits without error.
 */
export function profileFloor(
  runs: readonly RunPoint[],
  level: number,
  name: ObjectiveName = "log-huber",
  delta: number = DELTA,
): FloorProfile | undefined {
  const rows = rowsOf(runs);
  if (typeof rows === "string" || rows.n < 6) return undefined;
  const objective: Objective = name === "huber-likelihood" ? objectiveOf("log-huber", 1e-6) : objectiveOf(name, delta);
  const best = descend(rows, objective);
  const { E } = lawAt(best.problem, best.minimum.x);
  const lowest = best.minimum.value;
  if (!(lowest > 1e-16 * rows.n)) return undefined;
  const t = studentQuantile((1 + level) / 2, rows.n - 5);
  const relative = logResiduals(rows, lawAt(best.problem, best.minimum.x));
  const residuals = objective.log ? relative : relative.map((residual, i) => residual * rows.loss[i]!);
  const squares = objective.delta > middleSize(residuals);
  const threshold = squares ? (rows.n * Math.log1p((t * t) / (rows.n - 5))) / 2 : (t * t) / 2;
  const dispersion = objective.delta * 1.2533 * 1.4826 * middleSize(residuals);
  const rise = (value: number) => (squares ? (rows.n / 2) * Math.log(value / lowest) : (value - lowest) / dispersion);
  const ratio = (floor: number, near: Descent): { excess: number; descent: Descent } => {
    const descent = descend(
      rows,
      objective,
      { fixed: { E: floor } },
      { ...lawAt(near.problem, near.minimum.x), E: floor },
    );
    return { excess: rise(descent.minimum.value) - threshold, descent };
  };
  const most = rows.loss.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const side = (limit: number): { readonly floor: number; readonly refused: boolean } => {
    let inner = E;
    let descent = best;
    for (let step = 1; step <= 40; step++) {
      const floor = E + (limit - E) * (1 - Math.exp(-0.02 * step * step));
      const next = ratio(floor, descent);
      if (next.excess > 0) return { floor: bisect(ratio, inner, floor, descent), refused: true };
      [inner, descent] = [floor, next.descent];
    }
    return { floor: limit, refused: false };
  };
  if (E <= 0) return { E, interval: [0, side(most).floor], open: true };
  const [low, high] = [side(0), side(most)];
  return { E, interval: [low.floor, high.floor], open: !low.refused };
}

function bisect(
  ratio: (floor: number, near: Descent) => { excess: number; descent: Descent },
  inside: number,
  outside: number,
  near: Descent,
): number {
  let [a, b, descent] = [inside, outside, near];
  for (let i = 0; i < 30; i++) {
    const middle = (a + b) / 2;
    const next = ratio(middle, descent);
    if (next.excess > 0) b = middle;
    else [a, descent] = [middle, next.descent];
  }
  return (a + b) / 2;
}

/** The median size of the residuals less the five that a fit of five parameters can make zero. */
function middleSize(residuals: Float64Array): number {
  const sizes = Array.from(residuals, Math.abs)
    .toSorted((a, b) => a - b)
    .slice(5);
  return sizes[Math.floor(sizes.length / 2)] ?? 0;
}
