import { CONTEXT_LENGTH } from "../task/accounting.ts";
import type { ClockBudget } from "../task/clock.ts";
import type { RunConfig } from "../task/configuration.ts";

/** Bytes of the largest allocation of a run, by the task's rule. */
export function memoryOf(
  { dModel, numLayers, batchSize }: Pick<RunConfig, "dModel" | "numLayers" | "batchSize">,
  { memory: { token, layerWidth } }: ClockBudget,
): number {
  return batchSize * CONTEXT_LENGTH * (token + numLayers * layerWidth * dModel);
}

/** The largest of some batches, at most the one wanted, with which a shape is known to fit in memory; the smallest where none is. */
export function fittingBatch(
  shape: Pick<RunConfig, "dModel" | "numLayers">,
  wanted: number,
  batches: readonly number[],
  clock: ClockBudget,
): number {
  const fits = (batchSize: number) => memoryOf({ ...shape, batchSize }, clock) <= clock.memory.most;
  const sorted = batches.toSorted((a, b) => a - b);
  return sorted.findLast((batch) => batch <= wanted && fits(batch)) ?? (sorted[0] as number);
}
