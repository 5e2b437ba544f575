import { choice, integers, reals } from "../search-space.ts";
import type { Task } from "../task.ts";

/** The sixteen budgets of the 2025 API, in FLOPs: {1, 3, 6}×10^13…17, and 1e18. */
export const BUDGETS: readonly number[] = [
  1e13, 3e13, 6e13, 1e14, 3e14, 6e14, 1e15, 3e15, 6e15, 1e16, 3e16, 6e16, 1e17, 3e17, 6e17, 1e18,
];

/** The assignment of Spring 2025: spend 2e18 FLOPs, predict the best model at 1e19 (docs/contract.md; docs/surface.md). */
export const STANFORD_2025_TASK: Task = {
  searchSpace: {
    dModel: integers(64, 1024),
    numLayers: integers(2, 24),
    numHeads: integers(2, 16),
    batchSize: choice([128, 256]),
    learningRate: reals(1e-4, 1e-3),
    trainFlops: choice(BUDGETS),
  },
  cap: 2e18,
  target: 1e19,
  admissible: {
    batchSizes: [128, 256],
    dModel: [64, 4096],
    numLayers: [2, 64],
    aspectRatio: [16, 128],
    minimumHeadDimension: 16,
    learningRate: [1e-5, 1e-2],
  },
};
