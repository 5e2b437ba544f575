import type { TrainingConfig } from "./configuration.ts";

/** The handout's settings on a small model and few tokens: a job of half a minute. */
export const EXAMPLE_CONFIG: TrainingConfig = {
  architecture_config: {
    attention_bias: false,
    head_dim: 64,
    hidden_size: 448,
    intermediate_size: 1280,
    num_attention_heads: 7,
    num_hidden_layers: 10,
    num_key_value_heads: 7,
    rms_norm_eps: 1e-6,
    rope_theta: 1_000_000,
    tie_word_embeddings: false,
    dtype: "bfloat16",
    vocab_size: 32_000,
  },
  optimizer_config: {
    lr_scheduler: { peak_value: 0.003, final_lr_frac: 0.1, warmup_frac: 0.05, init_value: 0 },
    weight_decay: 0.01,
    beta1: 0.9,
    beta2: 0.95,
    eps: 1e-8,
    eps_root: 1e-8,
    grad_clip_norm: 1,
  },
  train_batch_size: 32,
  val_batch_size: 32,
  n_evals: 16,
  total_train_tokens: 16_777_216,
  max_runtime_seconds: 40,
  model_seed: 0,
};
