import type { RunConfig } from "../task/configuration.ts";
import { violationOf } from "../task/search-space.ts";
import { STANFORD_2025_TASK } from "../task/stanford-2025/task.ts";

/** The runs behind an endpoint: the values of their shapes and learning rates, ascending. */
export interface Grid {
  readonly dModel: readonly number[];
  readonly numLayers: readonly number[];
  readonly numHeads: readonly number[];
  readonly learningRate: readonly number[];
  /** Depths that were not trained at every budget, each with its largest budget in FLOPs. */
  readonly depthsUpTo?: readonly (readonly [numLayers: number, trainFlops: number])[];
}

/**
 * The values the 2025 endpoint's runs were trained with, as far as its answers tell (docs/surface.md, "Quantized
 * answers"). A depth of 16 was never trained, one of 12 only up to 6e15 FLOPs.
 */
export const TRAINED_GRID: Grid = {
  dModel: [64, 128, 256, 512, 768, 1024],
  numLayers: [2, 4, 8, 12, 24],
  numHeads: [2, 4, 8, 16],
  learningRate: [1e-4, 5e-4, 1e-3],
  depthsUpTo: [[12, 6e15]],
};

/** Whether an endpoint with runs on this grid has trained a configuration itself; by default, the 2025 endpoint. */
export function isOnGrid(config: RunConfig, grid: Grid = TRAINED_GRID): boolean {
  return (
    grid.dModel.includes(config.dModel) &&
    grid.numLayers.includes(config.numLayers) &&
    grid.numHeads.includes(config.numHeads) &&
    grid.learningRate.includes(config.learningRate) &&
    isTrainedDepth(config.numLayers, config.trainFlops, grid)
  );
}

/** Whether an answer of the 2025 endpoint can be a run of its table; every other one is its tree's. */
export function canBeTrainedRun(config: RunConfig): boolean {
  return isOnGrid(config) && violationOf(config, STANFORD_2025_TASK.searchSpace) === undefined;
}

/** Whether the grid has runs of this depth, where it has it at all, at this budget in FLOPs. */
export function isTrainedDepth(numLayers: number, trainFlops: number, grid: Grid = TRAINED_GRID): boolean {
  for (const limit of grid.depthsUpTo ?? []) if (numLayers === limit[0] && trainFlops > limit[1]) return false;
  return true;
}

/** Of the batches the 2025 endpoint offers, the smaller won in each of its 167 pairs of equal C with 40 steps or more. */
export const ENDPOINT_BATCH = { compared: [128, 256], best: 128 } as const;

/** The loss of the 2025 model before its first step, in nats per token: a little above ln 32,000. */
export const UNTRAINED_LOSS = 10.54;
