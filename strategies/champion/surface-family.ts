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

/** Expected loss of a configuration, in nats; fills in its derivatives by the family's variables where they are asked for. */
export type Surface = (features: LogFeatures, slopes?: Float64Array) => number;

/** A family of whole surfaces, hyperparameters included: the prior of its variables, and its loss in nats. */
export interface SurfaceFamily {
  readonly name: string;
  readonly prior: NormalPrior;
  /** The loss everywhere, given the variables; what does not depend on the configuration is computed once. */
  readonly surfaceAt: (x: Float64Array) => Surface;
  /**
   * Losses above this, in nats, are of runs that have hardly begun: a family of wide priors does not describe them, and
   * its optimum is always held near the published one.
   */
  readonly holdsBelow?: number;
  /**
   * ln of the best size at the target over √(C/120), and of the best learning rate over the published one there, about;
   * fills in the derivatives of both where they are asked for. Absent where the prior knows them otherwise.
   */
  readonly optimum?: (
    x: Float64Array,
    slopes?: readonly [size: Float64Array, rate: Float64Array],
  ) => readonly [size: number, rate: number];
}

/**
 * How far from the middle of three losses, this far apart in ln N, the least one lies, by one step of Newton's method; fills
 * in its derivatives given those of the losses.
 */
export function leastOfThree(
  [down, here, up]: readonly [number, number, number],
  apart: number,
  given?: readonly [down: Float64Array, here: Float64Array, up: Float64Array],
  slopes?: Float64Array,
): number {
  const bend = up + down - 2 * here;
  const curved = bend > FLAT;
  const step = (0.5 * apart * (down - up)) / Math.max(bend, FLAT);
  if (given && slopes)
    for (let k = 0; k < slopes.length; k++) {
      const [less, middle, more] = [given[0][k]!, given[1][k]!, given[2][k]!];
      const ofBend = curved ? step * (more + less - 2 * middle) : 0;
      slopes[k] = Math.abs(step) > MOST ? 0 : (0.5 * apart * (less - more) - ofBend) / Math.max(bend, FLAT);
    }
  return Math.min(MOST, Math.max(-MOST, step));
}

/** Less than this is no curvature, in nats; farther than this, in ln N, no step leads. */
const FLAT = 1e-4;
const MOST = 2;
