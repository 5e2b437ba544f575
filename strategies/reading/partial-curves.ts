import { median } from "../../src/statistics/quantile.ts";
import type { AnsweredRun, Run } from "../../src/task/configuration.ts";

/** A run that was stopped before this share of its curve says too little of its end. */
const ENOUGH = 0.5;

/**
 * Runs in which each that was stopped in time counts as if it had ended. Its learning rate had not come down, so that its
 * last loss is above that of a run planned to be so short: it is carried to the end of its own schedule by the median
 * ratio, over completed runs, of the last loss to that at the same share of the curve. Without completed runs, or where
 * less than half of the curve is there, it stays as it is.
 */
export function carriedToEnd(runs: readonly Run[]): readonly Run[] {
  if (!runs.some(({ status }) => status === "timed-out")) return runs;
  const complete = runs.filter((run): run is AnsweredRun => run.status === "ok" && (run.course?.curve.length ?? 0) > 1);
  return runs.map((run) => {
    if (run.status !== "timed-out" || !run.course || complete.length === 0) return run;
    const { curve } = run.course;
    const evaluations = Math.max(...complete.map(({ course }) => course?.curve.length ?? 0));
    const last = curve.at(-1);
    if (last === undefined || curve.length < ENOUGH * evaluations) return run;
    const ratios = complete.flatMap(({ loss, course }) => {
      const then = course?.curve[curve.length - 1];
      return then === undefined ? [] : [loss / then];
    });
    return ratios.length === 0 ? run : { ...run, status: "ok" as const, loss: last * median(ratios) };
  });
}
