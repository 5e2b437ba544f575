import * as z from "zod";
import { parseDocument } from "../../task/document.ts";
import { UserError } from "../../task/errors.ts";
import { type PythonObject, type PythonValue, readPythonJson } from "../../task/python/json.ts";
import type { TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import { type Read, readFinalSubmission, readTrainingConfig } from "../../task/stanford-2026/read.ts";
import { type Answer, EndpointError } from "../request.ts";
import type { StoredFinal } from "./job-endpoint.ts";
import type { Experiment, JobStatus } from "./jobs.ts";

/*
 * The bodies of the 2026 API, read strictly: what is used of them must have the contract's type and range. Fields that the
 * contract does not know are let pass.
 */

const seconds = z.number().min(0);
const losses = z.array(z.number());
const id = z.int().positive();
/** A time as the API writes it, in whole microseconds since 1970. */
const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/, "must be a time such as 2026-05-04T20:53:36.260767Z")
  .transform((text) => 1000 * Date.parse(`${text.slice(0, 19)}Z`) + Number(text.slice(20, -1).padEnd(6, "0")))
  .refine((micros) => !Number.isNaN(micros), "must be a time");

const budget = z.object({ used_seconds: seconds, remaining_seconds: z.number(), total_budget_seconds: seconds });
const run = { queued_at: time, dispatched_at: time, run_id: z.string() };
const ended = { ...run, used_runtime_seconds: seconds };
const reason = z.discriminatedUnion("reason", [
  z.object({ reason: z.literal("timeout"), partial_val_losses: losses }),
  z.object({ reason: z.literal("unexpected"), failure: z.string() }),
]);
const status = z.discriminatedUnion("status_type", [
  z.object({ status_type: z.literal("queued"), queued_at: time }),
  z.object({ status_type: z.literal("running"), ...run, val_losses: losses }),
  z.object({ status_type: z.literal("completed"), ...ended, val_losses: losses, completed_at: time }),
  z.object({ status_type: z.literal("failed"), ...ended, reason, failed_at: time }),
]);
const experiment = z.object({ experiment_id: id, status });
const accepted = z.object({ experiment_id: id, budget_summary: budget });
const insufficient = z.object({
  detail: z.object({ message: z.literal("insufficient budget"), budget_summary: budget }),
});

/** `GET /budget`: seconds spent or reserved. */
export function readBudget(answer: Answer, origin: string): number {
  return checkedBudget(parsed(budget, answer.body, origin), origin);
}

/** The id in the answer to a submission that was accepted. */
export function readAccepted(answer: Answer, origin: string): number {
  const { experiment_id: given, budget_summary: summary } = parsed(accepted, answer.body, origin);
  checkedBudget(summary, origin);
  return given;
}

/** The seconds that are used, where a submission was refused because of them; undefined for any other refusal. */
export function readInsufficient(answer: Answer): number | undefined {
  const read = insufficient.safeParse(answer.body);
  return read.success ? read.data.detail.budget_summary.used_seconds : undefined;
}

export function readExperiments(answer: Answer, origin: string): Experiment[] {
  const list = exact(answer, origin);
  if (!Array.isArray(list)) throw new EndpointError(`${origin} is not a list`);
  const experiments = list.map((value, i) => oneExperiment(value, (answer.body as unknown[])[i], `${origin}[${i}]`));
  if (new Set(experiments.map((each) => each.id)).size < experiments.length)
    throw new EndpointError(`${origin} lists an experiment_id twice`);
  return experiments;
}

export function readExperiment(answer: Answer, origin: string): Experiment {
  return oneExperiment(exact(answer, origin), answer.body, origin);
}

const finalTime = z.object({ submitted_at: z.string().min(1) });

/** A stored final submission, or null where there is none. */
export function readFinal(answer: Answer, origin: string): StoredFinal | null {
  if (answer.body === null) return null;
  const { submitted_at } = parsed(finalTime, answer.body, origin);
  const fields = new Map(exact(answer, origin) as PythonObject);
  fields.delete("submitted_at");
  return { ...valid(readFinalSubmission(fields), origin), submitted_at };
}

/** The body with its integers apart from its floats, as configurations are compared. */
function exact({ text }: Answer, origin: string): PythonValue {
  return readPythonJson(text, (reason) => new EndpointError(`${origin}: ${reason}`));
}

function oneExperiment(value: PythonValue, body: unknown, origin: string): Experiment {
  const { experiment_id: given, status: stated } = parsed(experiment, body, origin);
  const config = (value as PythonObject).get("training_config") ?? null;
  return {
    id: given,
    config: valid<TrainingConfig>(readTrainingConfig(config), `${origin}.training_config`),
    queuedAt: stated.queued_at,
    status: statusOf(stated),
  };
}

function statusOf(stated: z.infer<typeof status>): JobStatus {
  if (stated.status_type === "queued") return { type: "queued" };
  const { dispatched_at: dispatchedAt, run_id: runId } = stated;
  if (stated.status_type === "running") return { type: "running", dispatchedAt, runId, losses: stated.val_losses };
  const result = { type: "ended", dispatchedAt, runId, usedSeconds: stated.used_runtime_seconds } as const;
  if (stated.status_type === "completed") return { ...result, endedAt: stated.completed_at, losses: stated.val_losses };
  const { failed_at: endedAt, reason: why } = stated;
  return why.reason === "timeout"
    ? { ...result, endedAt, losses: why.partial_val_losses, failure: { kind: "timeout" } }
    : { ...result, endedAt, losses: [], failure: { kind: "unexpected", text: why.failure } };
}

/** Seconds that are used. The three numbers must agree: a client that misread one could overspend. */
function checkedBudget(summary: z.infer<typeof budget>, origin: string): number {
  const { used_seconds: used, remaining_seconds: remaining, total_budget_seconds: total } = summary;
  if (Math.abs(total - used - remaining) > 1e-6)
    throw new EndpointError(
      `${origin} has ${used} seconds used and ${remaining} left of ${total}, which do not add up`,
    );
  return used;
}

function parsed<T>(schema: z.ZodType<T>, body: unknown, origin: string): T {
  try {
    return parseDocument(schema, body, origin);
  } catch (error) {
    throw error instanceof UserError ? new EndpointError(error.message) : error;
  }
}

function valid<T>(read: Read<T>, origin: string): T {
  if ("value" in read) return read.value;
  const [first] = read.errors;
  throw new EndpointError(`${origin}: ${first?.loc.slice(1).join(".")}: ${first?.msg}`);
}
