import type { Request, Response } from "express";
import type { PythonValue } from "../../src/task/python/json.ts";
import {
  float,
  integer,
  list,
  model,
  nullable,
  type PydanticError,
  tagged,
  text,
} from "../../src/task/python/model.ts";
import { readBody } from "../../src/task/stanford-2026/read.ts";
import type { ReportedEnd, TrainingJobs } from "../../src/training-api/stanford-2026/jobs.ts";
import { sendDetail, sendEmpty } from "../send.ts";
import { bodyOf, refuseErrors } from "./body.ts";

/*
 * What workers report to the server, so that a worker of one's own can take the place of the simulated one. Unknown
 * fields are let pass: whether the real server does is not known.
 */

type Handler = (request: Request, response: Response) => void;

interface WorkerEvent {
  readonly run_id: string;
  readonly val_losses?: readonly number[];
}

interface WorkerFinish {
  readonly used_runtime_seconds: number;
  readonly val_losses?: readonly number[];
  readonly reason?: FailureReason;
}

interface FailureReason {
  readonly failure?: string;
  readonly partial_val_losses?: readonly number[];
}

const run = { run_id: { read: text } };
const losses = { read: list(float()) };
const used = { used_runtime_seconds: { read: float() } };
const open = { open: true };

const event = tagged<WorkerEvent>("log_type", {
  run_started: model({ ...run, wandb_path: { read: nullable(text), otherwise: null } }, open),
  validation_loss: model({ ...run, val_losses: losses }, open),
  run_heartbeat: model({ ...run, elapsed_seconds: { read: float() } }, open),
  preempted: model(run, open),
});

const reason = tagged<FailureReason>("reason", {
  timeout: model({ partial_val_losses: losses }, open),
  unexpected: model({ failure: { read: text } }, open),
});

const finish = tagged<WorkerFinish>("result_type", {
  completed: model({ ...used, val_losses: losses }, open),
  failed: model({ ...used, reason: { read: reason } }, open),
});

/** `POST /internal/worker/{id}/event`. */
export function workerEvent(jobs: TrainingJobs, isKey: (given: unknown) => boolean): Handler {
  return reported(jobs, isKey, event, (response, id, its) => {
    jobs.report(id, its.run_id, its.val_losses);
    sendEmpty(response, 204, JSON_TYPE);
  });
}

/** `POST /internal/worker/{id}/finish`. */
export function workerFinish(jobs: TrainingJobs, isKey: (given: unknown) => boolean): Handler {
  return reported(jobs, isKey, finish, (response, id, its) => {
    if (jobs.finish(id, endOf(its))) sendEmpty(response, 204, JSON_TYPE);
    else sendDetail(response, 500, "you can only report a finish if currrently running");
  });
}

const JSON_TYPE = ["content-type", "application/json"];

function endOf({ used_runtime_seconds: usedSeconds, val_losses: all = [], reason: why }: WorkerFinish): ReportedEnd {
  if (!why) return { usedSeconds, losses: all };
  const { failure, partial_val_losses: partial = [] } = why;
  if (failure === undefined) return { usedSeconds, losses: partial, failure: { kind: "timeout" } };
  return { usedSeconds, losses: [], failure: { kind: "unexpected", text: failure } };
}

function reported<T>(
  jobs: TrainingJobs,
  isKey: (given: unknown) => boolean,
  read: (value: PythonValue, loc: readonly (string | number)[], errors: PydanticError[]) => T,
  act: (response: Response, id: number, report: T) => void,
): Handler {
  return (request, response) => {
    const body = bodyOf(request, response);
    if (body === undefined) return;
    if (!isKey(request.headers["x-internal-key"])) {
      sendDetail(response, 401, "invalid internal key");
      return;
    }
    const errors: PydanticError[] = [];
    const id = integer({ gt: 0n })(String(request.params.id), ["path", "experiment_id"], errors);
    const report = readBody(read, body);
    if ("errors" in report) errors.push(...report.errors);
    if (errors.length > 0 || "errors" in report) refuseErrors(response, errors);
    else if (!jobs.has(Number(id))) sendDetail(response, 404, "experiment not found");
    else act(response, Number(id), report.value);
  };
}
