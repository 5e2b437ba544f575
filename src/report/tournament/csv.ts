import { closeSync, openSync, writeSync } from "node:fs";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { FIELDS } from "../../task/configuration.ts";
import { WIRE_NAMES } from "../../task/stanford-2025/wire.ts";
import type { Standing } from "../../tournament/analysis/analysis.ts";
import { ANYTIME_SHARES, type Result } from "../../tournament/result.ts";

/** The leaderboard as CSV: a line for each strategy, a column for each number of a standing, named by its path. */
export function leaderboardCsv(standings: readonly Standing[]): string {
  const rows = standings.map((standing) => new Map(leaves("", standing)));
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const lines = rows.map((row) => columns.map((column) => cell(row.get(column))));
  return [columns, ...lines].map((cells) => `${cells.join(",")}\n`).join("");
}

const COLUMNS = [
  "strategy",
  "world",
  "repetition",
  "status",
  "failure",
  ...FIELDS.map((field) => WIRE_NAMES[field]),
  "model_size",
  "predicted_loss",
  "interval_level",
  "interval_low",
  "interval_high",
  "true_loss",
  "regret",
  "regret_from_size",
  "regret_from_hyperparameters",
  "ln_n_error",
  "loss_error",
  "interval_score",
  "compute_equivalent",
  ...ANYTIME_SHARES.map((share) => `regret_at_${share}`),
  "spent",
  "queries",
  "repeats",
  "refused",
  "invalid",
  "seconds",
];

/** One line for each run of a tournament, written as they come. */
export class RunsCsv {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "w");
    this.#write(COLUMNS);
  }

  add(result: Result): void {
    const { strategy, world, repetition, status, spent, queries, repeats, refused, invalid, seconds } = result;
    const scored = result.status === "ok" ? result : undefined;
    const { submission, score } = scored ?? {};
    this.#write([
      strategy,
      world,
      repetition,
      status,
      result.status === "ok" ? undefined : result.failure,
      ...FIELDS.map((field) => submission?.config[field]),
      submission && nonEmbeddingParameters(submission.config),
      submission?.predictedLoss,
      submission?.interval?.level,
      submission?.interval?.low,
      submission?.interval?.high,
      score?.trueLoss,
      score?.regret,
      score?.regretFromSize,
      score?.regretFromHyperparameters,
      score?.lnNError,
      score?.lossError,
      score?.intervalScore,
      score?.computeEquivalent,
      ...ANYTIME_SHARES.map((_, i) => result.anytime?.[i]),
      ...[spent, queries, repeats, refused, invalid, seconds],
    ]);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(values: readonly unknown[]): void {
    writeSync(this.#file, `${values.map(cell).join(",")}\n`);
  }
}

/** Text is quoted where it must be (RFC 4180); nothing is an empty cell. */
function cell(value: unknown): string {
  if (value === undefined || value === null || (typeof value === "number" && Number.isNaN(value))) return "";
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Every number and text of a value with its path, such as `regret.interval.0`. */
function leaves(path: string, value: unknown): [path: string, leaf: unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, member]) => leaves(path === "" ? name : `${path}.${name}`, member));
}
