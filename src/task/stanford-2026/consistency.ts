import { isAdamW, SEQUENCE_LENGTH, type TrainingConfig, VALIDATION_TOKENS, type Whole } from "./configuration.ts";

/**
 * The first inconsistency of a configuration in the order of the API's checks, in its words; undefined when it has none.
 * Nothing else is checked: not memory, not the vocabulary, not whether the run can finish.
 */
export function inconsistencyOf(config: TrainingConfig): string | undefined {
  return CHECKS.find(([, holds]) => !holds(config))?.[0];
}

type Check = readonly [fault: string, holds: (config: TrainingConfig) => boolean];

/** Architecture sizes that must be positive, in the order they are checked. */
const SIZES = [
  "head_dim",
  "hidden_size",
  "intermediate_size",
  "num_attention_heads",
  "num_hidden_layers",
  "num_key_value_heads",
  "vocab_size",
] as const;

const CHECKS: readonly Check[] = [
  [
    "total_train_tokens must be divisible by seq_len * train_batch_size",
    ({ total_train_tokens, train_batch_size }) => divides(stepTokens(train_batch_size), BigInt(total_train_tokens)),
  ],
  [
    "total optimizer steps must be divisible by n_evals",
    ({ total_train_tokens, train_batch_size, n_evals }) =>
      divides(BigInt(n_evals), BigInt(total_train_tokens) / stepTokens(train_batch_size)),
  ],
  [
    "n_val_tokens must be divisible by seq_len * val_batch_size",
    ({ val_batch_size }) => divides(stepTokens(val_batch_size), BigInt(VALIDATION_TOKENS)),
  ],
  ...SIZES.map(
    (name): Check => [`${name} must be positive`, ({ architecture_config }) => architecture_config[name] > 0],
  ),
  [
    "hidden_size must equal num_attention_heads * head_dim",
    ({ architecture_config: { hidden_size, num_attention_heads, head_dim } }) =>
      BigInt(hidden_size) === BigInt(num_attention_heads) * BigInt(head_dim),
  ],
  [
    "num_attention_heads must be divisible by num_key_value_heads",
    ({ architecture_config: { num_attention_heads, num_key_value_heads } }) =>
      divides(BigInt(num_key_value_heads), BigInt(num_attention_heads)),
  ],
  [
    "num_key_value_heads must equal num_attention_heads; GQA is not supported",
    ({ architecture_config: { num_attention_heads, num_key_value_heads } }) =>
      num_attention_heads === num_key_value_heads,
  ],
  ["head_dim must be even for RoPE", ({ architecture_config }) => divides(2n, BigInt(architecture_config.head_dim))],
  [
    "intermediate_size should usually >= hidden_size",
    ({ architecture_config: { intermediate_size, hidden_size } }) => intermediate_size >= hidden_size,
  ],
  ["rms_norm_eps must be positive", ({ architecture_config }) => architecture_config.rms_norm_eps > 0],
  ["rope_theta must be positive", ({ architecture_config }) => architecture_config.rope_theta > 0],
  ["warmup_frac must be in [0, 1)", ({ optimizer_config }) => isBelowOne(optimizer_config.lr_scheduler.warmup_frac)],
  [
    "final_lr_frac must be in [0, 1]",
    ({ optimizer_config: { lr_scheduler } }) => lr_scheduler.final_lr_frac >= 0 && lr_scheduler.final_lr_frac <= 1,
  ],
  [
    "initial learning rate must be nonnegative",
    ({ optimizer_config }) => optimizer_config.lr_scheduler.init_value >= 0,
  ],
  ["peak learning rate must be positive", ({ optimizer_config }) => optimizer_config.lr_scheduler.peak_value > 0],
  [
    "grad_clip_norm must be positive or None",
    ({ optimizer_config: { grad_clip_norm } }) => grad_clip_norm === null || grad_clip_norm > 0,
  ],
  [
    "weight_decay must be nonnegative",
    ({ optimizer_config }) => !isAdamW(optimizer_config) || optimizer_config.weight_decay >= 0,
  ],
  [
    "beta1 must be in [0, 1)",
    ({ optimizer_config }) => !isAdamW(optimizer_config) || isBelowOne(optimizer_config.beta1),
  ],
  [
    "beta2 must be in [0, 1)",
    ({ optimizer_config }) => !isAdamW(optimizer_config) || isBelowOne(optimizer_config.beta2),
  ],
  ["eps must be positive", ({ optimizer_config }) => !isAdamW(optimizer_config) || optimizer_config.eps > 0],
  [
    "eps_root must be nonnegative",
    ({ optimizer_config }) => !isAdamW(optimizer_config) || optimizer_config.eps_root >= 0,
  ],
];

function stepTokens(batchSize: Whole): bigint {
  return BigInt(SEQUENCE_LENGTH) * BigInt(batchSize);
}

function divides(divisor: bigint, value: bigint): boolean {
  return value % divisor === 0n;
}

function isBelowOne(value: number): boolean {
  return value >= 0 && value < 1;
}
