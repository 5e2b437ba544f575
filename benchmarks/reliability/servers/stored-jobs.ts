import assert from "node:assert/strict";
import { fingerprintOf } from "../../../src/ledger/fingerprint.ts";
import { ledgerWorld } from "../../../src/ledger/record.ts";
import { SqliteLedger } from "../../../src/ledger/sqlite.ts";
import { DEFAULT_JOB_WORLD, jobPresetDocument } from "../../../src/surface/stanford-2026/presets.ts";
import { settledSeconds } from "../../../src/task/stanford-2026/budget.ts";
import { configurationText, type TrainingConfig } from "../../../src/task/stanford-2026/configuration.ts";
import { EXAMPLE_CONFIG } from "../../../src/task/stanford-2026/example.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";

/** What a ledger file holds of a student's jobs. */
export interface StoredJobs {
  /** The texts of their configurations, sorted. */
  readonly configs: readonly string[];
  /** The seconds that their rules add up to, and those the ledger counts. */
  readonly sum: number;
  readonly used: number;
  readonly final: string | undefined;
}

/** What the ledger file of a 2026 server of the usual world holds for some keys. Throws when it is damaged. */
export function jobsIn(file: string, keys: readonly string[]): StoredJobs[] {
  const world = ledgerWorld({ ...jobPresetDocument(DEFAULT_JOB_WORLD), repetition: 0 });
  const ledger = new SqliteLedger(file, world, (line) => assert.fail(line), SECOND_JOBS);
  try {
    return keys.map(fingerprintOf).map((key) => {
      const runs = ledger.runs(key);
      let sum = 0;
      for (const { config, result } of runs) {
        const reserved = config.config.max_runtime_seconds;
        sum += result ? settledSeconds(result.usedSeconds, reserved) : reserved;
      }
      const configs = runs.map(({ config }) => configurationText(config.config)).sort();
      return { configs, sum, used: ledger.used(key) ?? 0, final: ledger.note(`final/${key}`) };
    });
  } finally {
    ledger.close();
  }
}

/** Jobs of one to three minutes, all different; the last one times out. */
export function smallJobs(count: number): TrainingConfig[] {
  return Array.from({ length: count }, (_, i) => ({
    ...EXAMPLE_CONFIG,
    total_train_tokens: EXAMPLE_CONFIG.total_train_tokens as number,
    max_runtime_seconds: i === count - 1 ? 5 : 60 + 10 * i,
    model_seed: i,
  }));
}

/** The text of a list of jobs, as `isoflop run` reads it. */
export function jobListText(jobs: readonly TrainingConfig[]): string {
  return `[${jobs.map(configurationText).join(",\n")}]\n`;
}
