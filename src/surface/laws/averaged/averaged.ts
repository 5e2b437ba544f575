import { chargedParameters } from "../../../task/accounting.ts";
import { type Fields, finite, nonNegative, positive } from "../../../task/schema.ts";
import type { Point } from "../../points.ts";
import type { LawSetting, Misfit } from "../law.ts";

/** What every surface of the 2025 endpoint has: capacity, and progress along a run whose losses are averaged. */
export interface Averaged {
  /** The floor, in nats: the budgets that can be asked for do not determine it. */
  readonly E: number;
  /** Capacity: A·(N/1e7)^-α. */
  readonly logA: number;
  readonly alpha: number;
  /** Progress: K·(effective kilosteps)^-β. */
  readonly logK: number;
  readonly beta: number;
  /** The gain of the learning rate g = g0 + g1·ln(P/1e7), at least 0. */
  readonly g0: number;
  readonly g1: number;
  /** Exponent of the width, of the depth, of the batch in the effective kilosteps. */
  readonly w: number;
  readonly v: number;
  readonly b: number;
}

export const averagedFields: Fields<Averaged> = {
  E: nonNegative,
  logA: finite,
  alpha: positive,
  logK: finite,
  beta: positive,
  g0: finite,
  g1: finite,
  w: finite,
  v: finite,
  b: finite,
};

/**
 * ln of how much more progress a step makes than one of a model of width 256 and depth 6, with 128 sequences at 1e-3.
 *
 * @param logRate ln of the useful learning rate over 1e-3.
 * @param logWidth ln of the credited width over 256.
 * @param logDepth ln of the credited depth over 6.
 */
export function logProgress(
  { g0, g1, w, v, b }: Averaged,
  point: Pick<Point, "dModel" | "numLayers" | "batchSize">,
  logRate: number,
  logWidth: number,
  logDepth: number,
): number {
  const gain = Math.max(0, g0 + g1 * Math.log(chargedParameters(point) / 1e7));
  return gain * logRate + b * Math.log(point.batchSize / 128) + w * logWidth + v * logDepth;
}

/** The first phase of a training ends between the floor and the untrained loss. */
export function firstPhaseMisfit(
  { E, firstPhaseLoss }: Averaged & { readonly firstPhaseLoss: number },
  { untrainedLoss }: LawSetting,
): Misfit | undefined {
  return firstPhaseLoss > E && firstPhaseLoss <= untrainedLoss
    ? undefined
    : { path: ["base", "firstPhaseLoss"], message: "must lie between E and the untrained loss" };
}
