import express, { type Express, type NextFunction, type Request, type Response } from "express";
import type { Logger } from "pino";
import { fingerprintOf } from "../src/ledger/fingerprint.ts";
import type { Fingerprint, Ledger } from "../src/ledger/ledger.ts";
import type { World } from "../src/surface/world.ts";
import { previousRuns, totalFlopsUsed } from "./account.ts";
import { holdsPrivateKey, keyHint, keyStateOf, queryHoldsPrivateKey, type Registration } from "./api-key.ts";
import { docsRoutes } from "./docs.ts";
import { type GuardOptions, guard } from "./guard.ts";
import { answerLoss } from "./loss.ts";
import { openApiDocument } from "./openapi.ts";
import { parseLossQuery, parseQuery, rawQueryOf } from "./query.ts";
import { hint, refuseKey, refuseMethod, refusePrivateKey, refuseQuery } from "./refusals.ts";
import { requestLog } from "./request-log.ts";
import { accountQuerySchema } from "./schemas.ts";
import { sendDetail, sendJson } from "./send.ts";

export interface AppOptions extends Partial<GuardOptions> {
  readonly world: World;
  readonly ledger: Ledger;
  /** Which frozen draw of the noise answers. @defaultValue 0 */
  readonly repetition?: number;
  /** @defaultValue "open" */
  readonly registration?: Registration;
  /** Say of `num_heads` what the real API says of it. @defaultValue false */
  readonly quirks?: boolean;
  /** Follow the handout's examples where the real API has been seen to differ from them. @defaultValue false */
  readonly strictHandout?: boolean;
  /** @defaultValue no log */
  readonly logger?: Logger;
}

const LOSS = "/loss";
const TOTAL_FLOPS_USED = "/total_flops_used";
const PREVIOUS_RUNS = "/previous_runs";
const OPENAPI = "/openapi.json";

/** The mock of the training API: the contract of docs/contract.md over a world and a ledger. */
export function createApp({
  world,
  ledger,
  repetition = 0,
  registration = "open",
  quirks = false,
  strictHandout = false,
  allowedHosts = [],
  corsOrigins = [],
  logger,
}: AppOptions): Express {
  const members = registration === "open" ? undefined : new Set(registration);
  for (const member of members ?? []) ledger.register(member);

  const app = express();
  app.disable("x-powered-by").disable("etag").disable("query parser");
  app.enable("case sensitive routing").enable("strict routing");
  if (logger) app.use(requestLog(logger, new Set([LOSS, TOTAL_FLOPS_USED, PREVIOUS_RUNS, "/docs", OPENAPI])));
  app.use(guard({ allowedHosts, corsOrigins }));

  app.all(LOSS, onlyGet, (request, response) => {
    const rawQuery = rawQueryOf(request.url);
    const parsed = parseLossQuery(rawQuery);
    if ("errors" in parsed) return refuseQuery(response, rawQuery, parsed.errors);
    const { api_key: apiKey, ...asked } = parsed.query;
    if (holdsPrivateKey(apiKey)) return refusePrivateKey(response);
    hint(response, keyHint(apiKey));
    const key = fingerprintOf(apiKey);
    if (members && !members.has(key)) return refuseKey(response, apiKey);
    const { status, body } = answerLoss({ world, ledger, repetition, quirks }, key, asked);
    sendJson(response, status, body);
  });

  const account = (answer: (key: Fingerprint) => string) => (request: Request, response: Response) => {
    const rawQuery = rawQueryOf(request.url);
    const parsed = parseQuery(accountQuerySchema, rawQuery);
    if ("errors" in parsed) return refuseQuery(response, rawQuery, parsed.errors);
    const { api_key: apiKey } = parsed.query;
    if (holdsPrivateKey(apiKey)) return refusePrivateKey(response);
    hint(response, keyHint(apiKey));
    const key = fingerprintOf(apiKey);
    const state = keyStateOf(key, ledger, members);
    if (state === "unregistered" || (strictHandout && state === "without runs")) return refuseKey(response, apiKey);
    sendJson(response, 200, answer(key));
  };
  app.all(
    TOTAL_FLOPS_USED,
    onlyGet,
    account((key) => totalFlopsUsed(ledger, key, strictHandout)),
  );
  app.all(
    PREVIOUS_RUNS,
    onlyGet,
    account((key) => previousRuns(ledger, key)),
  );

  const document = JSON.stringify(openApiDocument(world.document.name));
  app.all(OPENAPI, onlyGet, (_request, response) => sendJson(response, 200, document));
  app.use(docsRoutes());

  const paths = new Set([LOSS, TOTAL_FLOPS_USED, PREVIOUS_RUNS, OPENAPI, "/docs"]);
  app.use((request: Request, response: Response) => {
    const rawQuery = rawQueryOf(request.url);
    if (queryHoldsPrivateKey(rawQuery) || holdsPrivateKey(request.path)) return refusePrivateKey(response);
    const path = request.path.replace(/\/+$/, "");
    if (path === request.path || !paths.has(path)) return sendDetail(response, 404, "Not Found");
    response.setHeader("location", rawQuery ? `${path}?${rawQuery}` : path);
    response.statusCode = 307;
    response.end();
  });

  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const status = clientErrorOf(error);
    if (status === 500) logger?.error({ method: request.method, err: error }, "a request failed");
    if (response.headersSent) return void response.destroy();
    sendDetail(response, status, status === 500 ? "Internal Server Error" : "Bad Request");
  });
  return app;
}

function onlyGet(request: Request, response: Response, next: NextFunction): void {
  if (request.method === "GET") next();
  else refuseMethod(response);
}

/** Express marks the errors of a request it could not read with their status. */
function clientErrorOf(error: unknown): 400 | 500 {
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  return status >= 400 && status < 500 ? 400 : 500;
}
