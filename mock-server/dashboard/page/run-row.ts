import { type Accounting, trainingOf } from "../../../src/task/accounting.ts";
import { FIELDS, identityOf, type RunConfig } from "../../../src/task/configuration.ts";
import type { RunRow } from "../wire.ts";

/** A run as the page shows it: what was asked, what its FLOPs bought, what came out. */
export interface PageRun extends RunConfig {
  /** SHA-256 of the key that paid. */
  readonly key: string;
  /** Its place among the runs of its key, from 1. */
  readonly place: number;
  /** Nats per token. */
  readonly loss: number;
  /** N = 12·L·d². */
  readonly parameters: number;
  readonly tokens: number;
  readonly steps: number;
  readonly identity: string;
}

export function pageRun(row: RunRow, key: string, place: number, accounting: Accounting): PageRun {
  const config = Object.fromEntries(FIELDS.map((field, i) => [field, row[i]])) as unknown as RunConfig;
  return { ...config, ...trainingOf(config, accounting), key, place, loss: row[6], identity: identityOf(config) };
}
