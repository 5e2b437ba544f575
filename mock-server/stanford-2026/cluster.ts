import * as z from "zod";
import type { Fingerprint } from "../../src/ledger/ledger.ts";
import type { JobWorld } from "../../src/surface/stanford-2026/build-world.ts";
import { parseDocument } from "../../src/task/document.ts";
import { UserError } from "../../src/task/errors.ts";
import { PythonJsonError, PythonLimitError, type PythonValue, parsePythonJson } from "../../src/task/python/json.ts";
import { rustFloat } from "../../src/task/python/rust-float.ts";
import { BUDGET_SECONDS, TARGET_SECONDS } from "../../src/task/stanford-2026/budget.ts";
import { configurationText, isAdamW, type TrainingConfig } from "../../src/task/stanford-2026/configuration.ts";
import { readFinalSubmission, readTrainingConfig } from "../../src/task/stanford-2026/read.ts";
import { courseOf } from "../../src/training-api/stanford-2026/course.ts";
import type { JobLedger, TrainingJobs } from "../../src/training-api/stanford-2026/jobs.ts";
import { budgetText, detailReply, errorsReply, type Reply } from "./answers.ts";
import { timeText, type VirtualClock } from "./clock.ts";

// What the mock answers, without HTTP: the server and the playground's page answer with it.

/** All that a mock of the 2026 API answers from. */
export interface Cluster {
  readonly jobs: TrainingJobs;
  readonly clock: VirtualClock;
  readonly world: JobWorld;
  readonly repetition: number;
  readonly ledger: JobLedger;
  /** Every job has ended by the next request. @defaultValue false */
  readonly instant?: boolean;
}

/** `POST /submit`. */
export function submitReply({ jobs }: Cluster, key: Fingerprint, body: PythonValue): Reply {
  const read = readTrainingConfig(body);
  if ("errors" in read) return errorsReply(read.errors);
  const hint = sgdHint(read.value);
  const submitted = jobs.submit(key, read.value);
  if (submitted.outcome === "duplicate")
    return { ...detailReply(409, "experiment already exists for this training config"), hint };
  const { used } = submitted;
  if (submitted.outcome === "insufficient") {
    const text = `{"detail":{"message":"insufficient budget","budget_summary":${budgetText(used)}}}`;
    return { status: 400, text, hint };
  }
  // The real server takes the new reservation off what was left, which may round differently.
  const remaining = BUDGET_SECONDS - submitted.before - read.value.max_runtime_seconds;
  const text = `{"experiment_id":${submitted.id},"budget_summary":${budgetText(used, remaining)}}`;
  return { status: 200, text, hint };
}

/** `POST /final_submission`: the last one counts. */
export function submitFinalReply({ ledger, clock }: Cluster, key: Fingerprint, body: PythonValue): Reply {
  const read = readFinalSubmission(body);
  if ("errors" in read) return errorsReply(read.errors);
  const { training_config: config, predicted_final_loss: predicted } = read.value;
  const submitted = timeText(clock.now());
  const text = `{"training_config":${configurationText(config)},"predicted_final_loss":${rustFloat(predicted)},"submitted_at":"${submitted}"}`;
  ledger.setNote(finalNote(key), text);
  return { status: 200, text, hint: sgdHint(config) };
}

/** `GET /final_submission`. */
export function finalText({ ledger }: Cluster, key: Fingerprint): string {
  return ledger.note(finalNote(key)) ?? "null";
}

/** `POST /admin/final_run`: trains a key's final submission for 48 hours. Throws a UserError where there is none. */
export function finalRunText({ ledger, world, repetition }: Cluster, key: Fingerprint): string {
  const text = ledger.note(finalNote(key));
  if (text === undefined) throw new UserError("this key has no final submission");
  const stored = parsePythonJson(text) as ReadonlyMap<string, never>;
  const read = readTrainingConfig(stored.get("training_config") ?? null);
  if (!("value" in read)) throw new Error("a stored final submission is not valid");
  const config = { ...read.value, max_runtime_seconds: TARGET_SECONDS };
  const { end, lossAt } = courseOf(world, config, repetition);
  const losses = end && end.kind !== "unexpected" ? end.evaluations : 0;
  const loss = losses > 0 ? lossAt(losses - 1) : null;
  const predicted = Number(stored.get("predicted_final_loss"));
  const failure = end?.kind === "unexpected" ? { failure: end.failure } : {};
  const used = end?.usedSeconds;
  return JSON.stringify({
    status: end?.kind,
    used_runtime_seconds: used,
    final_loss: loss,
    predicted_final_loss: predicted,
    ...failure,
  });
}

/** `GET /admin/clock`. */
export function clockText({ clock, instant = false }: Cluster): string {
  return JSON.stringify({ now: timeText(clock.now()), time_scale: clock.scale, instant });
}

/** `POST /admin/advance`: the clock afterwards. Throws a UserError for a body that is wrong. */
export function advanceText(cluster: Cluster, body: unknown): string {
  const { clock, jobs } = cluster;
  const { seconds } = parseDocument(advanceBody, body, "the request");
  if (seconds === undefined) clock.advanceTo(jobs.runUntilIdle() ?? 0);
  else clock.advance(seconds);
  jobs.catchUp();
  return clockText(cluster);
}

/** The refusal of a body that is no JSON; throws any other error again. */
export function unreadableReply(error: unknown): Reply {
  if (error instanceof PythonJsonError) {
    const ctx = new Map([["error", error.message]]);
    const loc = ["body", error.position];
    return errorsReply([{ type: "json_invalid", loc, msg: "JSON decode error", input: new Map(), ctx }]);
  }
  if (error instanceof PythonLimitError || error instanceof TypeError)
    return detailReply(400, "There was an error parsing the body");
  throw error;
}

/** Without `seconds`, until every job has ended. */
const advanceBody: z.ZodType<{ readonly seconds?: number | undefined }> = z.strictObject({
  seconds: z.number().min(0).optional(),
});

function finalNote(key: Fingerprint): string {
  return `final/${key}`;
}

function sgdHint({ optimizer_config: optimizer }: TrainingConfig): string | undefined {
  return isAdamW(optimizer)
    ? undefined
    : "optimizer_config without a key of AdamW's own, such as weight_decay, is read as SGD";
}
