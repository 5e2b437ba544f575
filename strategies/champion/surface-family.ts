import { CONTEXT_LENGTH, chargedParameters, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import type { NormalPrior } from "../believing/index.ts";

/** A configuration as the surfaces see it, in natural logarithms; sizes need not be whole numbers. */
export interface LogFeatures {
  readonly logN: number;
  readonly logC: number;
  /** ln of the parameters charged for: 12·L·d² + 32000·d. */
  readonly logP: number;
  readonly logRate: number;
  /** ln of the tokens in a batch. */
  readonly logBatch: number;
  readonly logWidth: number;
  readonly logDepth: number;
}

export function logFeaturesOf(config: RunConfig): LogFeatures {
  return {
    logN: Math.log(nonEmbeddingParameters(config)),
    logC: Math.log(config.trainFlops),
    logP: Math.log(chargedParameters(config)),
    logRate: Math.log(config.learningRate),
    logBatch: Math.log(config.batchSize * CONTEXT_LENGTH),
    logWidth: Math.log(config.dModel),
    logDepth: Math.log(config.numLayers),
  };
}

/** Expected loss of a configuration, in nats. */
export type Surface = (features: LogFeatures) => number;

/** The same of many configurations, in their order. */
export type Losses = (features: readonly LogFeatures[], losses: Float64Array) => void;

/** A family of whole surfaces, hyperparameters included: the prior of its variables, and its loss in nats. */
export interface SurfaceFamily {
  readonly name: string;
  readonly prior: NormalPrior;
  /** The loss everywhere, given the variables; what does not depend on the configuration is computed once. */
  readonly surfaceAt: (x: Float64Array) => Surface;
  /** The same for many configurations at once, bit for bit; absent where this is not faster. */
  readonly lossesAt?: (x: Float64Array) => Losses;
  /**
   * Losses above this, in nats, are of runs that have hardly begun: a family of wide priors does not describe them, and
   * its optimum is always held near the published one.
   */
  readonly holdsBelow?: number;
  /**
   * ln of the best size at the target over √(C/120), and of the best learning rate over the published one there, about;
   * absent where the prior knows them otherwise.
   */
  readonly optimum?: (x: Float64Array) => readonly [size: number, rate: number];
}

/** The losses of many configurations under a family's variables. */
export function lossesAt({ surfaceAt, lossesAt }: SurfaceFamily, x: Float64Array): Losses {
  if (lossesAt) return lossesAt(x);
  const surface = surfaceAt(x);
  return (features, losses) => {
    for (let i = 0; i < features.length; i++) losses[i] = surface(features[i]!);
  };
}
