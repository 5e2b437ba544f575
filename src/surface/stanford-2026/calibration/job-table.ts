import { UserError } from "../../../task/errors.ts";
import { type PythonObject, type PythonValue, readPythonJson } from "../../../task/python/json.ts";
import type { TrainingConfig } from "../../../task/stanford-2026/configuration.ts";
import { readTrainingConfig } from "../../../task/stanford-2026/read.ts";

/** A job that has really run. */
export interface JobRow {
  /** From 1. */
  readonly row: number;
  readonly config: TrainingConfig;
  /** Losses at its evaluations, as far as it came; empty when none is known. */
  readonly losses: readonly number[];
  /** The loss at the end, in nats; known without the others at times. Absent for a run that did not end. */
  readonly finalLoss?: number;
  /** Seconds that it trained. */
  readonly usedSeconds?: number;
  readonly outcome: "completed" | "timeout" | "unexpected" | "unknown";
}

/** Shorter runs are mostly overhead. */
const SHORTEST_SECONDS = 5;

/**
 * Seconds that all evaluations of a job take, from those of the part that was done in time; undefined where they are not
 * known, too few, or those of a job that failed.
 */
export function wholeRuntimeOf({ config, losses, usedSeconds, outcome }: JobRow): number | undefined {
  const done = outcome === "timeout" ? losses.length / Number(config.n_evals) : 1;
  if (usedSeconds === undefined || usedSeconds <= SHORTEST_SECONDS || outcome === "unexpected" || done === 0)
    return undefined;
  return usedSeconds / done;
}

/** Rows, and what was left out and why. */
export interface JobTable {
  readonly rows: readonly JobRow[];
  readonly dropped: readonly { readonly row: number; readonly reason: string }[];
}

/** Whether a text is a table of jobs: JSON that holds configurations of the 2026 edition. */
export function isJobTable(text: string): boolean {
  return /^\s*[[{]/.test(text) && /"(?:training_)?config"\s*:\s*\{\s*"architecture_config"/.test(text.slice(0, 5000));
}

/**
 * Jobs from JSON: one a line, or a list, such as the answer of `GET /experiments`. A job has `config` or
 * `training_config`; its results stand beside it (`val_losses`, `used_runtime_seconds`, `status`, `reason`,
 * `final_val_loss`) or in its `status`.
 *
 * @throws UserError for a text that is not JSON, or without any job.
 */
export function readJobTable(text: string, file: string): JobTable {
  const rows: JobRow[] = [];
  const dropped: { row: number; reason: string }[] = [];
  for (const [i, value] of valuesOf(text, file).entries()) {
    const read = rowOf(value, i + 1);
    if (typeof read === "string") dropped.push({ row: i + 1, reason: read });
    else rows.push(read);
  }
  if (rows.length === 0) throw new UserError(`${file}: no row can be used: ${dropped[0]?.reason ?? "there is none"}`);
  return { rows, dropped };
}

function valuesOf(text: string, file: string): readonly PythonValue[] {
  const isList = text.trimStart().startsWith("[");
  const texts = isList ? [text] : text.split("\n").filter((line) => line.trim() !== "");
  const values = texts.map((line, i) =>
    readPythonJson(line, (reason) => new UserError(`${file}: line ${i + 1}: ${reason}`)),
  );
  return isList ? (values[0] as readonly PythonValue[]) : values;
}

function rowOf(value: PythonValue, row: number): JobRow | string {
  if (!(value instanceof Map)) return "is not an object";
  const job: PythonObject = value;
  const read = readTrainingConfig(job.get("config") ?? job.get("training_config") ?? null);
  if ("errors" in read)
    return `its configuration is not valid: ${read.errors[0]?.loc.slice(1).join(".")}: ${read.errors[0]?.msg}`;
  const status = job.get("status") ?? null;
  const results: PythonObject = status instanceof Map ? status : job;
  const reason = results.get("reason") ?? null;
  const why: PythonObject | undefined = reason instanceof Map ? reason : undefined;
  const losses = numbers(results.get("val_losses") ?? why?.get("partial_val_losses"));
  const type = status instanceof Map ? status.get("status_type") : status;
  const failed = why?.get("reason");
  const outcome = failed === "timeout" ? failed : OUTCOMES[String(type)];
  const usedSeconds = number(results.get("used_runtime_seconds"));
  const finalLoss = number(job.get("final_val_loss")) ?? (outcome === "completed" ? losses.at(-1) : undefined);
  return {
    row,
    config: read.value,
    losses,
    outcome: outcome ?? "unknown",
    ...(finalLoss !== undefined && { finalLoss }),
    ...(usedSeconds !== undefined && { usedSeconds }),
  };
}

/** A failure whose reason is not known says nothing of its runtime. */
const OUTCOMES: Readonly<Record<string, JobRow["outcome"]>> = { completed: "completed", failed: "unexpected" };

function number(value: PythonValue | undefined): number | undefined {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
}

function numbers(value: PythonValue | undefined): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}
