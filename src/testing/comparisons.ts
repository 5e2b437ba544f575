import { bootstrapFits, refitIntervals } from "../fit/bootstrap.ts";
import { type Fit, type Fitter, isUsable } from "../fit/fitter.ts";
import { randomStream } from "../task/random.ts";
import type { RunPoint } from "../task/run-point.ts";
import type { FitterUnderTest, FitUnderTest } from "./fitter-under-test.ts";

// What properties measure and compare. Each check throws an Error that says what differs.

/** The optimum of a fit that must have one. */
export function optimumAt(fit: FitUnderTest, C: number): { readonly N: number } {
  if (!isUsable(fit)) throw new Error(`the fit is ${fit.status}`);
  const optimum = fit.optimum(C);
  if (!optimum) throw new Error(`no optimum at ${C} FLOPs`);
  return optimum;
}

/** Checks that a value is within a relative tolerance of what is expected. */
export function close(value: number, expected: number, tolerance: number, what: string): void {
  if (value !== expected && !(Math.abs(value / expected - 1) <= tolerance))
    throw new Error(
      `${what} is ${value}, expected ${expected} (relative difference ${(value / expected - 1).toExponential(2)})`,
    );
}

/** Checks that a change of the table leaves the status and the best size as they were. */
export function same(
  fitter: FitterUnderTest,
  runs: readonly RunPoint[],
  changed: readonly RunPoint[],
  before: (fit: FitUnderTest) => number | undefined,
  after: (fit: FitUnderTest) => number | undefined,
  tolerance: number,
): void {
  const [one, other] = [fitter.fit(runs), fitter.fit(changed)];
  if (one.status !== other.status) throw new Error(`the status changed from ${one.status} to ${other.status}`);
  if (!isUsable(one)) return;
  const [expected, value] = [before(one), after(other)];
  if (expected !== undefined && value !== undefined) close(value, expected, tolerance, "optimal N");
}

/** Checks that two fits have equal statuses and parameters. */
export function sameParameters(one: FitUnderTest, other: FitUnderTest, tolerance: number): void {
  if (one.status !== other.status) throw new Error(`the status changed from ${one.status} to ${other.status}`);
  if (!isUsable(one)) return;
  for (const [name, value] of Object.entries(one.parameters))
    close(other.parameters[name] ?? Number.NaN, value, tolerance, name);
}

/** The interval of N at a target from refits to resampled residuals; undefined where there is none. */
export function intervalOf(
  fitter: FitterUnderTest,
  runs: readonly RunPoint[],
  target: number,
  level: number,
  draws: number,
  seed: number,
): readonly [number, number] | undefined {
  const fit = fitter.fit(runs);
  if (!isUsable(fit)) return undefined;
  const refits = bootstrapFits(fitter as Fitter, runs, fit as Fit, {
    resampling: "residuals",
    draws,
    rng: randomStream(`gauntlet/refits/${seed}`),
  });
  const freedom = { runs: runs.length, parameters: Object.keys(fit.parameters).length };
  return refitIntervals(refits, [target], level, freedom)?.targets[0]?.N;
}

/** The width of the 80 % interval of N, in ln N. */
export function widthOf(
  fitter: FitterUnderTest,
  runs: readonly RunPoint[],
  target: number,
  seed: number,
): number | undefined {
  const interval = intervalOf(fitter, runs, target, 0.8, 40, seed);
  return interval && Math.log(interval[1] / interval[0]);
}

/** The mean of the values that are known; undefined where none is. */
export function average(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}
