import type { Express, NextFunction, Request, Response } from "express";
import express from "express";
import { type AnsweredRun, FIELDS, type RunConfig } from "../../src/task/configuration.ts";
import { pythonFloat } from "../../src/task/python/float.ts";
import type { SearchSpace } from "../../src/task/search-space.ts";
import { WIRE_NAMES } from "../../src/task/stanford-2025/wire.ts";
import { ProxyRefusal, type TrainingApi } from "../../src/training-api/training-api.ts";
import { configurationOf, previousRunsBody } from "../answers.ts";
import { holdsPrivateKey, keyHint } from "../api-key.ts";
import { guard, isSameOrigin } from "../guard.ts";
import { parseLossQuery, parseQuery, rawQueryOf } from "../query.ts";
import { hint, refuseMethod, refusePrivateKey, refuseQuery } from "../refusals.ts";
import { accountQuerySchema, type LossQuery } from "../schemas.ts";
import { sendDetail, sendJson, sendMessage } from "../send.ts";

/** What is needed of a training API: where its answers come from makes no difference here. */
export interface ProxiedApi extends Pick<TrainingApi, "totalFlopsUsed"> {
  loss(
    config: RunConfig,
  ): Promise<
    | { readonly status: "ok"; readonly loss: number; readonly totalFlopsUsed: number }
    | { readonly status: "refused" | "invalid"; readonly message: string }
  >;
  previousRuns(): Promise<readonly AnsweredRun[]>;
}

export interface ProxyAppOptions {
  /** The upstream as this key sees it, behind a journal. Rejects with a ProxyRefusal for a key that is not served. */
  readonly open: (apiKey: string) => Promise<ProxiedApi>;
  /** Values out of its ranges are refused here; without it, all are sent on. */
  readonly searchSpace?: SearchSpace;
  /** Whether the upstream proved to be a simulation; only then does the proxy prove it too. */
  readonly simulated: boolean;
  /** Called for every failed request; the message never holds a key. */
  readonly onFailure: (message: string) => void;
}

/**
 * The training API of docs/contract.md in front of another one that costs. Requests are parsed and checked here: only
 * valid ones are sent on, and those answered in the journal or above the cap are not sent at all.
 */
export function createProxy({ open, searchSpace, simulated, onFailure }: ProxyAppOptions): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").disable("query parser");
  app.enable("case sensitive routing").enable("strict routing");
  app.use(guard({ allowedHosts: [], corsOrigins: [], simulated }));
  // A page of another origin cannot read the answer, but its request would be charged.
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (isSameOrigin(request)) next();
    else sendMessage(response, 403, "The proxy does not serve web pages");
  });

  const loss = async (rawQuery: string, response: Response) => {
    const parsed = parseLossQuery(rawQuery);
    if ("errors" in parsed) return refuseQuery(response, rawQuery, parsed.errors);
    const { query } = parsed;
    if (holdsPrivateKey(query.api_key)) return refusePrivateKey(response);
    hint(response, keyHint(query.api_key));
    const config = searchSpace ? configurationOf(query, searchSpace, false) : asGiven(query);
    if (typeof config === "string") return sendMessage(response, 404, config);
    const answer = await (await open(query.api_key)).loss(config);
    if (answer.status !== "ok") return sendMessage(response, answer.status === "invalid" ? 404 : 422, answer.message);
    const total = BigInt(answer.totalFlopsUsed);
    sendJson(response, 200, `{"loss":${pythonFloat(answer.loss)},"total_flops_used":${total}}`);
  };

  const account = (body: (api: ProxiedApi) => Promise<string>) => async (rawQuery: string, response: Response) => {
    const parsed = parseQuery(accountQuerySchema, rawQuery);
    if ("errors" in parsed) return refuseQuery(response, rawQuery, parsed.errors);
    if (holdsPrivateKey(parsed.query.api_key)) return refusePrivateKey(response);
    sendJson(response, 200, await body(await open(parsed.query.api_key)));
  };

  const routes = {
    "/loss": loss,
    "/total_flops_used": account(async (api) => pythonFloat(await api.totalFlopsUsed())),
    "/previous_runs": account(async (api) =>
      previousRunsBody((await api.previousRuns()).map(({ loss, ...config }) => ({ config, loss }))),
    ),
  };
  for (const [path, answer] of Object.entries(routes)) {
    app.all(path, async (request: Request, response: Response) => {
      if (request.method === "GET") await answer(rawQueryOf(request.url), response);
      else refuseMethod(response);
    });
  }
  app.use((_request: Request, response: Response) => sendDetail(response, 404, "Not Found"));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const message = error instanceof Error ? error.message : String(error);
    const status = error instanceof ProxyRefusal ? error.status : 502;
    onFailure(message);
    if (response.headersSent) response.destroy();
    else sendMessage(response, status, message);
  });
  return app;
}

function asGiven(query: LossQuery): RunConfig {
  return Object.fromEntries(FIELDS.map((field) => [field, Number(query[WIRE_NAMES[field]])])) as unknown as RunConfig;
}
