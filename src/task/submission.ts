import { CONTEXT_LENGTH, nonEmbeddingParameters } from "./accounting.ts";
import type { ClockBudget } from "./clock.ts";
import type { RunConfig } from "./configuration.ts";

/** A central interval for the predicted loss: it claims to hold the truth with probability `level`. */
export interface LossInterval {
  readonly level: number;
  readonly low: number;
  readonly high: number;
}

/** What a submission says of its own runtime. */
export interface RuntimeForecast {
  /** Median of the seconds it will train. */
  readonly seconds: number;
  /** A central interval for them: it claims to hold the true seconds with probability `level`. */
  readonly interval: LossInterval;
  /** The probability that it ends within the target. */
  readonly finishes: number;
}

/** A submission: the configuration to train at the target budget and the loss it is expected to reach. */
export interface Submission {
  readonly config: RunConfig;
  /** Nats per token. */
  readonly predictedLoss: number;
  readonly interval?: LossInterval;
  /** Where the task has a clock: how long it is expected to train. */
  readonly runtime?: RuntimeForecast;
  /** The law behind the prediction, in words or as a formula, when there is one. */
  readonly law?: string;
}

/** N = 12·L·d² of the submitted shape, as the form asks for it. */
export function submittedParameters(submission: Submission): number {
  return nonEmbeddingParameters(submission.config);
}

/** The set of configurations that may be submitted at the target (docs/surface.md, "Admissible submissions"). */
export interface Admissible {
  readonly batchSizes: readonly number[];
  readonly dModel: readonly [minimum: number, maximum: number];
  readonly numLayers: readonly [minimum: number, maximum: number];
  /** d_model / num_layers. */
  readonly aspectRatio: readonly [minimum: number, maximum: number];
  /** d_model / num_heads is at least this, and whole. */
  readonly minimumHeadDimension: number;
  readonly learningRate: readonly [minimum: number, maximum: number];
}

/**
 * One sentence for each rule a configuration breaks; empty when it may be submitted.
 *
 * @example
 * ```ts
 * import { buildWorld, inadmissibilities, presetDocument } from "isoflop";
 * const { admissible, target } = buildWorld(presetDocument("handout/smooth")).task;
 * const config = { dModel: 1024, numLayers: 20, numHeads: 16, batchSize: 128, learningRate: 1e-3, trainFlops: target };
 * inadmissibilities(config, admissible, target); // []
 * inadmissibilities({ ...config, numHeads: 7 }, admissible, target); // ["num_heads must divide d_model 1024, got 7"]
 * ```
 */
export function inadmissibilities(
  config: RunConfig,
  admissible: Admissible,
  target: number,
  clock?: ClockBudget,
): string[] {
  const { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops } = config;
  const problems: string[] = [];
  const within = (name: string, value: number, [minimum, maximum]: readonly [number, number], whole: boolean) => {
    if (whole && !Number.isInteger(value)) problems.push(`${name} must be a whole number, got ${value}`);
    else if (!(value >= minimum && value <= maximum))
      problems.push(`${name} must be in range [${minimum}, ${maximum}], got ${value}`);
  };
  within("d_model", dModel, admissible.dModel, true);
  within("num_layers", numLayers, admissible.numLayers, true);
  within("d_model / num_layers", dModel / numLayers, admissible.aspectRatio, false);
  if (!(Number.isInteger(numHeads) && numHeads >= 1 && dModel % numHeads === 0))
    problems.push(`num_heads must divide d_model ${dModel}, got ${numHeads}`);
  else if (dModel / numHeads < admissible.minimumHeadDimension)
    problems.push(`d_model / num_heads must be at least ${admissible.minimumHeadDimension}, got ${dModel / numHeads}`);
  if (!admissible.batchSizes.includes(batchSize))
    problems.push(`batch_size must be one of {${admissible.batchSizes.join(", ")}}, got ${batchSize}`);
  within("learning_rate", learningRate, admissible.learningRate, false);
  if (trainFlops !== target) problems.push(`train_flops must be the target ${target}, got ${trainFlops}`);
  if (clock) problems.push(...tokenProblems(config, clock));
  return problems;
}

/** What is wrong with the tokens of a run that chooses them: they are whole steps between evaluations. */
function tokenProblems({ tokens, batchSize, dModel, numHeads }: RunConfig, clock: ClockBudget): string[] {
  const unit = batchSize * CONTEXT_LENGTH * clock.evaluations;
  if (tokens === undefined) return ["tokens must be chosen where the target is a time"];
  const problems = tokens > 0 && tokens % unit === 0 ? [] : [`tokens must be a multiple of ${unit}, got ${tokens}`];
  return dModel === numHeads * clock.headDimension
    ? problems
    : [...problems, `num_heads must be d_model / ${clock.headDimension}, got ${numHeads}`];
}
