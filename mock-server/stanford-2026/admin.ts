import express, { type NextFunction, type Request, type Response, Router } from "express";
import * as z from "zod";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import type { Fingerprint } from "../../src/ledger/ledger.ts";
import type { JobWorld } from "../../src/surface/stanford-2026/build-world.ts";
import { parseDocument } from "../../src/task/document.ts";
import { UserError } from "../../src/task/errors.ts";
import { parsePythonJson } from "../../src/task/python/json.ts";
import { TARGET_SECONDS } from "../../src/task/stanford-2026/budget.ts";
import { readTrainingConfig } from "../../src/task/stanford-2026/read.ts";
import { courseOf } from "../../src/training-api/stanford-2026/course.ts";
import type { JobLedger, TrainingJobs } from "../../src/training-api/stanford-2026/jobs.ts";
import type { Gate } from "../dashboard/gate.ts";
import { sendJson, sendMessage } from "../send.ts";
import { timeText, type VirtualClock } from "./clock.ts";

export interface AdminOptions {
  readonly jobs: TrainingJobs;
  readonly clock: VirtualClock;
  readonly world: JobWorld;
  readonly repetition: number;
  readonly ledger: JobLedger;
  readonly finalNote: (key: Fingerprint) => string;
  readonly gate: Gate;
}

/**
 * What only the mock has, behind the gate of the dashboard (header `x-isoflop-token`): `POST /admin/advance` sets the
 * clock ahead, `POST /admin/final_run` trains a final submission for 48 hours and reveals its loss. `GET /admin/clock`
 * is open.
 */
export function adminRoutes({ jobs, clock, world, repetition, ledger, finalNote, gate }: AdminOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const clockText = () => JSON.stringify({ now: timeText(clock.now()), time_scale: clock.scale });

  const actions: Record<string, (body: unknown) => string> = {
    advance(body) {
      const { seconds } = parseDocument(advanceBody, body, "the request");
      if (seconds === undefined) clock.advanceTo(jobs.runUntilIdle() ?? 0);
      else clock.advance(seconds);
      jobs.catchUp();
      return clockText();
    },
    final_run(body) {
      const { api_key: apiKey } = parseDocument(finalBody, body, "the request");
      const text = ledger.note(finalNote(fingerprintOf(apiKey)));
      if (text === undefined) throw new UserError("this key has no final submission");
      return finalRun(text);
    },
  };

  /** Trains a stored final submission for 48 hours. */
  const finalRun = (text: string): string => {
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
  };

  router.get("/admin/clock", (_request, response) => sendJson(response, 200, clockText()));
  for (const [name, act] of Object.entries(actions))
    router.post(`/admin/${name}`, gate.guard, express.json({ limit: "16kb", type: () => true }), (request, response) =>
      sendJson(response, 200, act(request.body ?? {})),
    );
  router.use("/admin", (error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof UserError) sendMessage(response, 422, error.message);
    else next(error);
  });
  return router;
}

/** Without `seconds`, until every job has ended. */
const advanceBody: z.ZodType<{ readonly seconds?: number | undefined }> = z.strictObject({
  seconds: z.number().min(0).optional(),
});
const finalBody: z.ZodType<{ readonly api_key: string }> = z.strictObject({ api_key: z.string() });
