import { rustFloat } from "../python/rust-float.ts";

/** An integer of any size, exact: a bigint only where a number would not be. */
export type Whole = number | bigint;

/** The model: RoPE, RMSNorm, SwiGLU, QK-norm, context 512. */
export interface ArchitectureConfig {
  readonly attention_bias: boolean;
  readonly head_dim: Whole;
  readonly hidden_size: Whole;
  readonly intermediate_size: Whole;
  readonly num_attention_heads: Whole;
  readonly num_hidden_layers: Whole;
  readonly num_key_value_heads: Whole;
  readonly rms_norm_eps: number;
  readonly rope_theta: Whole;
  readonly tie_word_embeddings: boolean;
  readonly dtype: "float32" | "bfloat16";
  readonly vocab_size: Whole;
}

/** Linear warm-up from `init_value` to the peak, then a cosine down to `peak_value · final_lr_frac`. */
export interface LearningRateSchedule {
  readonly peak_value: number;
  readonly final_lr_frac: number;
  readonly warmup_frac: number;
  readonly init_value: number;
}

export interface SgdConfig {
  readonly lr_scheduler: LearningRateSchedule;
  readonly grad_clip_norm: number | null;
}

export interface AdamWConfig {
  readonly lr_scheduler: LearningRateSchedule;
  readonly weight_decay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly eps_root: number;
  readonly grad_clip_norm: number | null;
}

/** What a job trains, as the 2026 API names it; defaults are filled in. */
export interface TrainingConfig {
  readonly architecture_config: ArchitectureConfig;
  readonly optimizer_config: SgdConfig | AdamWConfig;
  /** Sequences per step. */
  readonly train_batch_size: Whole;
  readonly val_batch_size: Whole;
  /** Evaluations, at equal distances; the last is at the end. */
  readonly n_evals: Whole;
  readonly total_train_tokens: Whole;
  /** The seconds reserved: training stops when they are over. */
  readonly max_runtime_seconds: number;
  readonly model_seed: Whole;
}

/** A configuration for the 48-hour run, with the loss it is expected to reach. */
export interface FinalSubmission {
  readonly training_config: TrainingConfig;
  /** Nats per token. */
  readonly predicted_final_loss: number;
}

/** Tokens of a sequence. */
export const SEQUENCE_LENGTH = 512;
/** Tokens of an evaluation: 2^18. */
export const VALIDATION_TOKENS = 262_144;
/** Tokens there are to train on. */
export const MOST_TOKENS = 500_000_000_000;

export function isAdamW(optimizer: SgdConfig | AdamWConfig): optimizer is AdamWConfig {
  return "weight_decay" in optimizer;
}

/** Which of an object's numbers are floats on the wire; all others are integers. */
const FLOATS: ReadonlySet<string> = new Set([
  "rms_norm_eps",
  "peak_value",
  "final_lr_frac",
  "warmup_frac",
  "init_value",
  "weight_decay",
  "beta1",
  "beta2",
  "eps",
  "eps_root",
  "grad_clip_norm",
  "max_runtime_seconds",
  "predicted_final_loss",
]);

/**
 * A configuration or final submission as the API writes it. Two configurations are the same to the API exactly when
 * these texts are equal.
 */
export function configurationText(value: TrainingConfig | FinalSubmission): string {
  return textOf(value, "");
}

function textOf(value: unknown, name: string): string {
  if (typeof value === "number" && FLOATS.has(name)) return rustFloat(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([member, its]) => `${JSON.stringify(member)}:${textOf(its, member)}`)
    .join(",")}}`;
}
