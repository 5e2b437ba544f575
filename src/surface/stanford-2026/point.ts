import {
  type AdamWConfig,
  SEQUENCE_LENGTH,
  type SgdConfig,
  type TrainingConfig,
} from "../../task/stanford-2026/configuration.ts";

/** What a job trains, as the layers need it. */
export interface JobPoint {
  /** h. */
  readonly width: number;
  /** L. */
  readonly depth: number;
  readonly intermediate: number;
  readonly headDimension: number;
  readonly vocabulary: number;
  readonly tied: boolean;
  readonly float32: boolean;
  /** N = 12·L·h², the size that reports give. */
  readonly parameters: number;
  /** B, in sequences. */
  readonly batch: number;
  readonly validationBatch: number;
  /** D. */
  readonly tokens: number;
  /** S. */
  readonly steps: number;
  readonly evaluations: number;
  readonly optimizer: SgdConfig | AdamWConfig;
  readonly schedule: Schedule;
}

/** The learning rate over a run. */
export interface Schedule {
  readonly initial: number;
  readonly peak: number;
  readonly final: number;
  /** The share of the steps that warm up. */
  readonly warmUp: number;
}

export function jobPoint(config: TrainingConfig): JobPoint {
  const { architecture_config: architecture, optimizer_config: optimizer } = config;
  const { lr_scheduler: schedule } = optimizer;
  const width = Number(architecture.hidden_size);
  const depth = Number(architecture.num_hidden_layers);
  const batch = Number(config.train_batch_size);
  const tokens = Number(config.total_train_tokens);
  const steps = tokens / (SEQUENCE_LENGTH * batch);
  return {
    width,
    depth,
    intermediate: Number(architecture.intermediate_size),
    headDimension: Number(architecture.head_dim),
    vocabulary: Number(architecture.vocab_size),
    tied: architecture.tie_word_embeddings,
    float32: architecture.dtype === "float32",
    parameters: 12 * depth * width * width,
    batch,
    validationBatch: Number(config.val_batch_size),
    tokens,
    steps,
    evaluations: Number(config.n_evals),
    optimizer,
    schedule: {
      initial: schedule.init_value,
      peak: schedule.peak_value,
      final: schedule.peak_value * schedule.final_lr_frac,
      warmUp: Math.floor(steps * schedule.warmup_frac) / steps,
    },
  };
}

/** The learning rate after the share `u` of a run: a linear warm-up, then a cosine. */
export function rateAt({ initial, peak, final, warmUp }: Schedule, u: number): number {
  if (u < warmUp) return initial + ((peak - initial) * u) / warmUp;
  const share = warmUp < 1 ? (u - warmUp) / (1 - warmUp) : 1;
  return final + ((peak - final) * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2;
}
