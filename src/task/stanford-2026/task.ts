import { choice, integers, reals } from "../search-space.ts";
import type { Task } from "../task.ts";
import { BUDGET_SECONDS, LEAST_CHARGE, TARGET_SECONDS } from "./budget.ts";
import { VALIDATION_TOKENS } from "./configuration.ts";

/** Seconds that strategies choose from; the API takes any. */
const SECONDS: readonly number[] = [
  15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 960, 1440, 1920, 2880, 3840, 5760, 7680, 11_520, 15_360, 21_600,
  43_200,
];

const WIDTHS = Array.from({ length: 47 }, (_, i) => 64 * (i + 2));
const BATCHES: readonly number[] = [32, 64, 128, 256, 512];

/**
 * The assignment of Spring 2026: spend 12 B200-hours of jobs, predict the best model of 48 (docs/stanford-2026.md). What
 * is known of the runtime beforehand follows from the machine: a B200 moves 8 TB/s and multiplies 2.25e15 FLOP/s in
 * bfloat16, of which training reaches a third to a half; a layer's activations are moved a few hundred times per token and
 * the logits of 32,000 words about thirty times, forward and backward together; a layer starts some twenty kernels a step
 * of 5 µs each; an evaluated token costs a quarter of a trained one.
 */
export const STANFORD_2026_TASK: Task = {
  searchSpace: {
    dModel: choice(WIDTHS),
    numLayers: integers(2, 48),
    numHeads: integers(2, 48),
    batchSize: choice(BATCHES),
    learningRate: reals(5e-4, 6e-2),
    trainFlops: choice(SECONDS),
  },
  cap: BUDGET_SECONDS,
  target: TARGET_SECONDS,
  clock: {
    unit: "seconds",
    // The server runs 100 jobs of all students together.
    atOnce: 100,
    leastCharge: LEAST_CHARGE,
    finish: 0.9,
    evaluations: 16,
    evaluationTokens: VALIDATION_TOKENS,
    headDimension: 64,
    runtime: {
      start: { median: 0.3, sd: 1 },
      token: { median: 2.6e-7, sd: 0.35 },
      layer: { median: 1e-8, sd: 1 },
      width: { median: 1e-10, sd: 0.35 },
      flops: { median: 6e-15, sd: 0.35 },
      step: { median: 1e-4, sd: 0.35 },
      evaluation: { median: 0.2, sd: 0.5 },
    },
    noise: { sd: 0.03, slow: 0.015, slowdown: [1.2, 1.5] },
    // By three error texts; 137 GiB ran, 221 GiB failed.
    memory: { token: 128_000, layerWidth: 97, most: 1.47e11 },
  },
  admissible: {
    batchSizes: BATCHES,
    dModel: [128, 4096],
    numLayers: [2, 64],
    aspectRatio: [16, 160],
    minimumHeadDimension: 64,
    learningRate: [1e-4, 0.1],
  },
};
