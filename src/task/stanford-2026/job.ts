import type { RunConfig } from "../configuration.ts";
import { UserError } from "../errors.ts";
import type { Submission } from "../submission.ts";
import { TARGET_SECONDS } from "./budget.ts";
import { type FinalSubmission, MOST_TOKENS, type TrainingConfig } from "./configuration.ts";
import { inconsistencyOf } from "./consistency.ts";
import { EXAMPLE_CONFIG } from "./example.ts";

/** Evaluations of a planned job. */
const EVALUATIONS = 16;
/** Feed-forward widths are the next multiple of this above 8/3 of the model's, as the handout's are. */
const FEED_FORWARD_STEP = 128;

/**
 * A planned run as a job: the handout's settings, with shape, batch, learning rate, tokens and seconds of the
 * configuration. `trainFlops` is the seconds it reserves.
 *
 * @returns the job, or in the API's words why there is none.
 */
export function jobOf(config: RunConfig & { readonly tokens: number }): TrainingConfig | string {
  const { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops, tokens } = config;
  const fault = fieldFault(config);
  if (fault !== undefined) return fault;
  const { architecture_config, optimizer_config } = EXAMPLE_CONFIG;
  const job: TrainingConfig = {
    ...EXAMPLE_CONFIG,
    architecture_config: {
      ...architecture_config,
      head_dim: Math.floor(dModel / numHeads),
      hidden_size: dModel,
      intermediate_size: feedForward(dModel),
      num_attention_heads: numHeads,
      num_hidden_layers: numLayers,
      num_key_value_heads: numHeads,
    },
    optimizer_config: {
      ...optimizer_config,
      lr_scheduler: { ...optimizer_config.lr_scheduler, peak_value: learningRate },
    },
    train_batch_size: batchSize,
    n_evals: EVALUATIONS,
    total_train_tokens: tokens,
    max_runtime_seconds: trainFlops,
  };
  return inconsistencyOf(job) ?? job;
}

/** The feed-forward width of a planned run. */
export function feedForward(dModel: number): number {
  return Math.ceil((8 * dModel) / 3 / FEED_FORWARD_STEP) * FEED_FORWARD_STEP;
}

/** What the API says of a field by itself. */
function fieldFault({ dModel, numLayers, numHeads, batchSize, trainFlops, tokens }: RunConfig): string | undefined {
  const whole = { hidden_size: dModel, num_hidden_layers: numLayers, num_attention_heads: numHeads };
  const positive = { train_batch_size: batchSize, total_train_tokens: tokens };
  for (const [field, value] of Object.entries({ ...whole, ...positive })) {
    if (!Number.isSafeInteger(value)) return `${field}: Input should be a valid integer, got ${value}`;
    if (!(value! > 0)) return `${field}: Input should be greater than 0, got ${value}`;
  }
  if ((tokens as number) > MOST_TOKENS)
    return `total_train_tokens: Input should be less than or equal to ${MOST_TOKENS}, got ${tokens}`;
  return trainFlops >= 1
    ? undefined
    : `max_runtime_seconds: Input should be greater than or equal to 1, got ${trainFlops}`;
}

/** A job as the planned run that it is: what `jobOf` makes of it is this job, where nothing else of it was changed. */
export function runOfJob(job: TrainingConfig): RunConfig & { readonly tokens: number } {
  const { hidden_size, num_hidden_layers, num_attention_heads } = job.architecture_config;
  return {
    dModel: Number(hidden_size),
    numLayers: Number(num_hidden_layers),
    numHeads: Number(num_attention_heads),
    batchSize: Number(job.train_batch_size),
    learningRate: job.optimizer_config.lr_scheduler.peak_value,
    trainFlops: job.max_runtime_seconds,
    tokens: Number(job.total_train_tokens),
  };
}

/**
 * A submission as `POST /final_submission` takes it.
 *
 * @throws UserError where it chooses no tokens, or the API would not take its configuration.
 */
export function finalSubmissionOf({ config, predictedLoss }: Submission): FinalSubmission {
  const { tokens } = config;
  if (tokens === undefined) throw new UserError("the submission says no tokens: it cannot be trained for a time");
  const job = jobOf({ ...config, tokens, trainFlops: TARGET_SECONDS });
  if (typeof job === "string") throw new UserError(`the submission cannot be trained: ${job}`);
  return { training_config: job, predicted_final_loss: predictedLoss };
}
