import { pythonJson } from "../../src/task/python/json.ts";
import type { PydanticError } from "../../src/task/python/model.ts";
import { rustFloat } from "../../src/task/python/rust-float.ts";
import { BUDGET_SECONDS } from "../../src/task/stanford-2026/budget.ts";
import { configurationText } from "../../src/task/stanford-2026/configuration.ts";
import type { Experiment, JobStatus } from "../../src/training-api/stanford-2026/jobs.ts";
import { timeText } from "./clock.ts";

/** An answer without the transport: its body is JSON already. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  /** What to say in a header besides. */
  readonly hint?: string | undefined;
}

/** `{"detail": …}` in words. */
export function detailReply(status: number, detail: string): Reply {
  return { status, text: JSON.stringify({ detail }) };
}

/** The 422 of the validation layer. It writes numbers as Python does, unlike the answers of success. */
export function errorsReply(errors: readonly PydanticError[]): Reply {
  const texts = errors.map(({ type, loc, msg, input, ctx }) => {
    const place = loc.map((step) => JSON.stringify(step)).join(",");
    const context = ctx === undefined ? "" : `,"ctx":${pythonJson(ctx)}`;
    return `{"type":"${type}","loc":[${place}],"msg":${JSON.stringify(msg)},"input":${pythonJson(input)}${context}}`;
  });
  return { status: 422, text: `{"detail":[${texts.join(",")}]}` };
}

/** `GET /budget`, and part of other answers. */
export function budgetText(used: number, remaining?: number, total: number = BUDGET_SECONDS): string {
  return `{"used_seconds":${rustFloat(used)},"remaining_seconds":${rustFloat(remaining ?? total - used)},"total_budget_seconds":${rustFloat(total)}}`;
}

export function experimentText({ id, config, queuedAt, status }: Experiment): string {
  const queued = `"queued_at":"${timeText(queuedAt)}"`;
  return `{"experiment_id":${id},"training_config":${configurationText(config)},"status":{${queued},${statusText(status)}}}`;
}

function statusText(status: JobStatus): string {
  if (status.type === "queued") return `"status_type":"queued"`;
  const run = `"dispatched_at":"${timeText(status.dispatchedAt)}","run_id":"${status.runId}"`;
  if (status.type === "running") return `${run},"val_losses":${losses(status.losses)},"status_type":"running"`;
  const { usedSeconds, failure, endedAt } = status;
  const used = `${run},"used_runtime_seconds":${rustFloat(usedSeconds)}`;
  const at = `"${timeText(endedAt)}"`;
  if (!failure) return `${used},"val_losses":${losses(status.losses)},"completed_at":${at},"status_type":"completed"`;
  const reason =
    failure.kind === "timeout"
      ? `{"partial_val_losses":${losses(status.losses)},"reason":"timeout"}`
      : `{"failure":${JSON.stringify(failure.text)},"reason":"unexpected"}`;
  return `${used},"reason":${reason},"failed_at":${at},"status_type":"failed"`;
}

function losses(values: readonly number[]): string {
  return `[${values.map(rustFloat).join(",")}]`;
}
