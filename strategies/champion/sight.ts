import { CONTEXT_LENGTH, chargedParameters, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";

/** A configuration as the surfaces see it; sizes need not be whole. */
export interface Sight {
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

export function sightOf(config: RunConfig): Sight {
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
