import express, { type NextFunction, type Request, type Response, Router } from "express";
import * as z from "zod";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { parseDocument } from "../../src/task/document.ts";
import { UserError } from "../../src/task/errors.ts";
import type { Gate } from "../dashboard/gate.ts";
import { sendJson, sendMessage } from "../send.ts";
import { advanceText, type Cluster, clockText, finalRunText } from "./cluster.ts";

/**
 * What only the mock has, behind the gate of the dashboard (header `x-isoflop-token`): `POST /admin/advance` sets the
 * clock ahead, `POST /admin/final_run` trains a final submission for 48 hours and reveals its loss. `GET /admin/clock`
 * is open.
 */
export function adminRoutes(cluster: Cluster, gate: Gate): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const actions: Record<string, (body: unknown) => string> = {
    advance: (body) => advanceText(cluster, body),
    final_run(body) {
      const { api_key: apiKey } = parseDocument(finalBody, body, "the request");
      return finalRunText(cluster, fingerprintOf(apiKey));
    },
  };

  router.get("/admin/clock", (_request, response) => sendJson(response, 200, clockText(cluster)));
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

const finalBody: z.ZodType<{ readonly api_key: string }> = z.strictObject({ api_key: z.string() });
