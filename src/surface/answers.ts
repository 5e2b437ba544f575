import type { RunConfig } from "../task/configuration.ts";
import { hashConfiguration, normal } from "./hash.ts";

/** How the API answers: as the surface is, or from a table of runs on a grid (docs/surface.md, "Quantised answers"). */
export type Answers = SmoothAnswers | FlooredAnswers;

export interface SmoothAnswers {
  readonly kind: "smooth";
}

/** A configuration off the grid is answered by the grid point below it, plus one residual for the whole cell. */
export interface FlooredAnswers {
  readonly kind: "floor";
  readonly grid: {
    readonly dModel: readonly number[];
    readonly numLayers: readonly number[];
    readonly numHeads: readonly number[];
    readonly learningRate: readonly number[];
  };
  /** Standard deviation of a cell's residual, as a fraction of what training has gained on the untrained loss. */
  readonly residual: number;
}

/** The largest grid value not above `value`, or the smallest grid value when there is none. */
function floorTo(grid: readonly number[], value: number): number {
  let floor = grid[0] as number;
  for (const candidate of grid) if (candidate <= value && candidate > floor) floor = candidate;
  return floor;
}

/** The grid point that answers for a configuration; the configuration itself when it lies on the grid. */
export function cellOf(answers: FlooredAnswers, config: RunConfig): RunConfig {
  const { grid } = answers;
  const dModel = floorTo(grid.dModel, config.dModel);
  const numLayers = floorTo(grid.numLayers, config.numLayers);
  const numHeads = floorTo(grid.numHeads, config.numHeads);
  const learningRate = floorTo(grid.learningRate, config.learningRate);
  if (
    dModel === config.dModel &&
    numLayers === config.numLayers &&
    numHeads === config.numHeads &&
    learningRate === config.learningRate
  )
    return config;
  return { ...config, dModel, numLayers, numHeads, learningRate };
}

/** Keeps the residuals apart from the noise, which hashes the same configurations with a repetition ≥ 0. */
const RESIDUAL_STREAM = -1;

/** What a cell's answers off the grid add to the loss of its grid point, in nats; the same in every repetition. */
export function residualOf(
  answers: FlooredAnswers,
  seed: number,
  cell: RunConfig,
  loss: number,
  untrainedLoss: number,
): number {
  const gained = Math.max(0, untrainedLoss - loss);
  return answers.residual * gained * normal(hashConfiguration(seed, RESIDUAL_STREAM, cell), 0);
}
