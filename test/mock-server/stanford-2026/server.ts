import { afterAll } from "vitest";
import { startServer } from "../../../mock-server/server.ts";
import { createJobsApp, type JobsAppOptions } from "../../../mock-server/stanford-2026/app.ts";
import { VirtualClock } from "../../../mock-server/stanford-2026/clock.ts";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import { buildJobWorld, type JobWorld } from "../../../src/surface/stanford-2026/build-world.ts";
import { DEFAULT_JOB_WORLD, jobPresetDocument } from "../../../src/surface/stanford-2026/presets.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";
import type { JobLedger } from "../../../src/training-api/stanford-2026/jobs.ts";

export const world: JobWorld = buildJobWorld(jobPresetDocument(DEFAULT_JOB_WORLD));
export const ADMIN_TOKEN = "internal-test-key";

export interface JobsMock {
  readonly url: string;
  readonly clock: VirtualClock;
  readonly ledger: JobLedger;
}

/** A mock of the 2026 edition that listens until the tests of the file are done; its clock stands still. */
export async function startJobsMock(options: Partial<JobsAppOptions> = {}): Promise<JobsMock> {
  const ledger = options.ledger ?? new MemoryLedger(SECOND_JOBS);
  const clock = options.clock ?? new VirtualClock(0, ledger);
  const app = createJobsApp({ world, adminToken: ADMIN_TOKEN, ...options, ledger, clock });
  const server = await startServer(app, "127.0.0.1", 0);
  afterAll(() => server.stop());
  return { url: server.url, clock, ledger };
}

/** The handout's example of a configuration, on 1048576 tokens. */
export const EXAMPLE = {
  architecture_config: {
    attention_bias: false,
    head_dim: 64,
    hidden_size: 448,
    intermediate_size: 1280,
    num_attention_heads: 7,
    num_hidden_layers: 9,
    num_key_value_heads: 7,
    rms_norm_eps: 1e-6,
    rope_theta: 1_000_000,
    tie_word_embeddings: false,
    dtype: "bfloat16",
    vocab_size: 32_000,
  },
  optimizer_config: {
    lr_scheduler: { peak_value: 3e-4, final_lr_frac: 0.1, warmup_frac: 0.05, init_value: 0 },
    weight_decay: 0.01,
    beta1: 0.9,
    beta2: 0.95,
    eps: 1e-8,
    eps_root: 1e-8,
    grad_clip_norm: 1,
  },
  train_batch_size: 128,
  val_batch_size: 32,
  n_evals: 16,
  total_train_tokens: 1_048_576,
  max_runtime_seconds: 30,
  model_seed: 0,
};
