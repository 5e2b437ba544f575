import type { RunConfig } from "../task/configuration.ts";

/** Values of the four fields of a shape and its learning rate, ascending. */
export interface Grid {
  readonly dModel: readonly number[];
  readonly numLayers: readonly number[];
  readonly numHeads: readonly number[];
  readonly learningRate: readonly number[];
}

/**
 * The values the 2025 endpoint's runs were trained with, as far as its answers tell (docs/surface.md, "Quantised
 * answers").
 */
export const TRAINED_GRID: Grid = {
  dModel: [64, 128, 256, 512, 768, 1024],
  numLayers: [2, 4, 8, 12, 16, 24],
  numHeads: [2, 4, 8, 16],
  learningRate: [1e-4, 5e-4, 1e-3],
};

/** Whether the 2025 endpoint has trained this shape and learning rate itself. */
export function isOnTrainedGrid({ dModel, numLayers, numHeads, learningRate }: RunConfig): boolean {
  return (
    TRAINED_GRID.dModel.includes(dModel) &&
    TRAINED_GRID.numLayers.includes(numLayers) &&
    TRAINED_GRID.numHeads.includes(numHeads) &&
    TRAINED_GRID.learningRate.includes(learningRate)
  );
}

/** The loss of the 2025 model before its first step, in nats per token: a little above ln 32,000. */
export const UNTRAINED_LOSS = 10.54;
