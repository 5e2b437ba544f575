import type { Accounting } from "../task/accounting.ts";
import { CONTEXT_LENGTH, nonEmbeddingParameters, stepsOf } from "../task/accounting.ts";
import type { RunConfig } from "../task/configuration.ts";

/**
 * A configuration together with what its FLOPs buy. A layer that acts as fewer effective tokens lowers `tokens` for the
 * surface below it and restores it afterwards. One point is reused for all evaluations, to allocate none.
 */
export interface Point {
  dModel: number;
  numLayers: number;
  numHeads: number;
  /** Sequences per step. */
  batchSize: number;
  learningRate: number;
  /** C, in FLOPs. */
  trainFlops: number;
  /** N = 12·L·d². */
  parameters: number;
  /** Optimizer steps. */
  steps: number;
  /** D, in tokens; below an effect, the effective D. */
  tokens: number;
}

/** The expected loss at a point, in nats per token. */
export type Surface = (point: Point) => number;

export function emptyPoint(): Point {
  return {
    dModel: 0,
    numLayers: 0,
    numHeads: 0,
    batchSize: 0,
    learningRate: 0,
    trainFlops: 0,
    parameters: 0,
    steps: 0,
    tokens: 0,
  };
}

/** Fills `point` for a configuration; sizes need not be whole, so that an optimizer may move continuously. */
export function fillPoint(point: Point, config: RunConfig, accounting: Accounting): Point {
  point.dModel = config.dModel;
  point.numLayers = config.numLayers;
  point.numHeads = config.numHeads;
  point.batchSize = config.batchSize;
  point.learningRate = config.learningRate;
  point.trainFlops = config.trainFlops;
  point.parameters = nonEmbeddingParameters(config);
  point.steps = stepsOf(config, accounting);
  point.tokens = point.steps * config.batchSize * CONTEXT_LENGTH;
  return point;
}

/** The loss of `inner` as if the run had seen `factor` times its tokens. */
export function withTokens(inner: Surface, point: Point, factor: number): number {
  const tokens = point.tokens;
  point.tokens = tokens * factor;
  const loss = inner(point);
  point.tokens = tokens;
  return loss;
}
