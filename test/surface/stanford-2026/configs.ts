import type { TrainingConfig } from "../../../src/task/stanford-2026/configuration.ts";
import { EXAMPLE_CONFIG } from "../../../src/task/stanford-2026/example.ts";

/** What tests vary of a configuration. */
export interface Varied {
  readonly width?: number;
  readonly depth?: number;
  readonly intermediate?: number;
  readonly rate?: number;
  readonly batch?: number;
  readonly tokens?: number;
  readonly evaluations?: number;
  readonly seconds?: number;
  readonly seed?: number;
}

/** The example configuration with some values changed. */
export function config({ width = 448, depth = 10, ...its }: Varied = {}): TrainingConfig {
  const { architecture_config: architecture, optimizer_config: optimizer } = EXAMPLE_CONFIG;
  return {
    ...EXAMPLE_CONFIG,
    architecture_config: {
      ...architecture,
      hidden_size: width,
      intermediate_size: its.intermediate ?? architecture.intermediate_size,
      num_attention_heads: width / 64,
      num_key_value_heads: width / 64,
      num_hidden_layers: depth,
    },
    optimizer_config: {
      ...optimizer,
      lr_scheduler: { ...optimizer.lr_scheduler, peak_value: its.rate ?? optimizer.lr_scheduler.peak_value },
    },
    train_batch_size: its.batch ?? EXAMPLE_CONFIG.train_batch_size,
    total_train_tokens: its.tokens ?? EXAMPLE_CONFIG.total_train_tokens,
    n_evals: its.evaluations ?? EXAMPLE_CONFIG.n_evals,
    max_runtime_seconds: its.seconds ?? EXAMPLE_CONFIG.max_runtime_seconds,
    model_seed: its.seed ?? EXAMPLE_CONFIG.model_seed,
  };
}
