import type { LedgerKind } from "../../ledger/kind.ts";
import { parsePythonJson } from "../../task/python/json.ts";
import { BUDGET_SECONDS } from "../../task/stanford-2026/budget.ts";
import { configurationText, type TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import { readTrainingConfig } from "../../task/stanford-2026/read.ts";

/** A job as it was accepted. Times are whole microseconds since 1970 on the server's clock. */
export interface AcceptedJob {
  readonly config: TrainingConfig;
  readonly queuedAt: number;
}

/** How a job went. */
export interface JobResult {
  readonly dispatchedAt: number;
  readonly endedAt: number;
  readonly usedSeconds: number;
  readonly losses: readonly number[];
  /** Why it failed; absent when it completed. */
  readonly failure?: { readonly kind: "timeout" } | { readonly kind: "unexpected"; readonly text: string };
}

/** The jobs of the 2026 edition, which cost seconds. Jobs with equal configurations are the same. */
export const SECOND_JOBS: LedgerKind<AcceptedJob, JobResult, number> = {
  identityOf: ({ config }) => configurationText(config),
  zero: 0,
  plus: (sum, cost) => sum + cost,
  fits: (used, cost, cap) => cost <= cap - used,
  textOf: String,
  parse: Number,
  toRecord: ({ config: { config, queuedAt }, cost, result }) => ({
    config: configurationText(config),
    queuedAt,
    cost,
    result: result ?? null,
  }),
  costOf: ({ cost }) => Number(cost),
  fromRecord({ config: text, queuedAt, cost, result }) {
    const read = readTrainingConfig(parsePythonJson(String(text)));
    if (!("value" in read)) throw new Error("a stored configuration is not valid");
    const job = { config: { config: read.value, queuedAt: Number(queuedAt) }, cost: Number(cost) };
    return result === null ? job : { ...job, result: result as JobResult };
  },
};

/** What all jobs of a student may cost. */
export const SECONDS_CAP: number = BUDGET_SECONDS;
