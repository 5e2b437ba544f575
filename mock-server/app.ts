import type { Express, Request, Response, Router } from "express";
import type { Logger } from "pino";
import { fingerprintOf } from "../src/ledger/fingerprint.ts";
import type { Fingerprint, Ledger } from "../src/ledger/ledger.ts";
import type { World } from "../src/surface/world.ts";
import { answerLoss, type LossReply, previousRuns, totalFlopsUsed } from "./answers.ts";
import { holdsPrivateKey, isRegistered, keyHint, queryHoldsPrivateKey, type Registration } from "./api-key.ts";
import type { FaultsMiddleware } from "./faults/middleware.ts";
import type { GuardOptions } from "./guard.ts";
import { openApiDocument } from "./openapi.ts";
import { docsRoutes, startPage } from "./pages.ts";
import { parseLossQuery, parseQuery, rawQueryOf } from "./query.ts";
import { hint, refuseKey, refuseMethod, refusePrivateKey, refuseQuery } from "./refusals.ts";
import { accountQuerySchema, exampleQuery } from "./schemas.ts";
import { ANSWER_HEADER, sendJson } from "./send.ts";
import { answerErrors, answerUnknown, newApp } from "./shell.ts";

export interface AppOptions extends Partial<GuardOptions> {
  readonly world: World;
  readonly ledger: Ledger;
  /** Which frozen draw of the noise answers. @defaultValue 0 */
  readonly repetition?: number;
  /** @defaultValue "open" */
  readonly registration?: Registration;
  /** Repeat the real API's wrong range of `num_heads`. @defaultValue false */
  readonly quirks?: boolean;
  /** Follow the handout's examples where the real API has been seen to differ from them. @defaultValue false */
  readonly strictHandout?: boolean;
  /** @defaultValue no log */
  readonly logger?: Logger;
  /** @defaultValue none is served */
  readonly dashboard?: Router;
  /** Injects faults into the answers of the three routes. @defaultValue none */
  readonly faults?: FaultsMiddleware | undefined;
}

const LOSS = "/loss";
const TOTAL_FLOPS_USED = "/total_flops_used";
const PREVIOUS_RUNS = "/previous_runs";
const OPENAPI = "/openapi.json";
const PATHS: ReadonlySet<string> = new Set([LOSS, TOTAL_FLOPS_USED, PREVIOUS_RUNS, OPENAPI, "/docs"]);

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
  dashboard,
  faults,
}: AppOptions): Express {
  const members = registration === "open" ? undefined : new Set(registration);

  const paths = new Set([...PATHS, "/dashboard"]);
  const app = newApp({ logger, paths, allowedHosts, corsOrigins });

  const loss = (request: Request, response: Response) => {
    const rawQuery = rawQueryOf(request.url);
    const parsed = parseLossQuery(rawQuery);
    if ("errors" in parsed) return refuseQuery(response, rawQuery, parsed.errors);
    const { query } = parsed;
    if (holdsPrivateKey(query.api_key)) return refusePrivateKey(response);
    hint(response, keyHint(query.api_key));
    const key = fingerprintOf(query.api_key);
    if (!isRegistered(query.api_key, key, members)) return refuseKey(response, query.api_key);
    const send = ({ status, body, isRecorded }: LossReply) => {
      if (isRecorded) response.setHeader(ANSWER_HEADER, "recorded");
      sendJson(response, status, body);
    };
    const reply = ledger.inGroup(() => answerLoss({ world, ledger, repetition, quirks }, key, query));
    // An answer never leaves before its charge is stored.
    return reply instanceof Promise ? reply.then(send) : send(reply);
  };

  const account = (answer: (key: Fingerprint) => string) => (request: Request, response: Response) => {
    const rawQuery = rawQueryOf(request.url);
    const parsed = parseQuery(accountQuerySchema, rawQuery);
    if ("errors" in parsed) return refuseQuery(response, rawQuery, parsed.errors);
    const { api_key: apiKey } = parsed.query;
    if (holdsPrivateKey(apiKey)) return refusePrivateKey(response);
    hint(response, keyHint(apiKey));
    const key = fingerprintOf(apiKey);
    const isKnown = isRegistered(apiKey, key, members) && !(strictHandout && (ledger.used(key) ?? 0n) === 0n);
    if (!isKnown) return refuseKey(response, apiKey);
    const body = ledger.inGroup(() => answer(key));
    const send = (text: string) => sendJson(response, 200, text);
    return body instanceof Promise ? body.then(send) : send(body);
  };

  if (faults) app.all([LOSS, TOTAL_FLOPS_USED, PREVIOUS_RUNS], faults);
  let document: string | undefined;
  const routes = {
    [LOSS]: loss,
    [TOTAL_FLOPS_USED]: account((key) => totalFlopsUsed(ledger, key, strictHandout)),
    [PREVIOUS_RUNS]: account((key) => previousRuns(ledger, key)),
    [OPENAPI]: (_request: Request, response: Response) => {
      // Its examples are answers of the world: computed at the first request.
      document ??= JSON.stringify(openApiDocument(world));
      sendJson(response, 200, document);
    },
  };
  for (const [path, answer] of Object.entries(routes)) app.all(path, onlyGet(answer));
  app.use(docsRoutes());
  const example = (address: string) => `curl '${address}/loss?${exampleQuery(world.task.searchSpace)}'`;
  app.use(startPage({ ...world.document, example, hasDashboard: dashboard !== undefined }));
  if (dashboard) app.use(dashboard);

  app.use((request: Request, response: Response) => {
    if (queryHoldsPrivateKey(rawQueryOf(request.url)) || holdsPrivateKey(request.path)) refusePrivateKey(response);
    else answerUnknown(request, response, (path) => PATHS.has(path));
  });
  answerErrors(app, logger);
  return app;
}

/** A route of the API answers GET only, not even HEAD. */
function onlyGet(answer: (request: Request, response: Response) => void | Promise<void>) {
  return (request: Request, response: Response): void | Promise<void> =>
    request.method === "GET" ? answer(request, response) : refuseMethod(response);
}
