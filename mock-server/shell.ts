import { STATUS_CODES } from "node:http";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import type { Logger } from "pino";
import { type GuardOptions, guard } from "./guard.ts";
import { sendDetail, sendEmpty } from "./send.ts";

export interface ShellOptions extends GuardOptions {
  /** @defaultValue no log */
  readonly logger?: Logger | undefined;
  /** Paths that are logged as they are; any other may hold a key. */
  readonly paths: ReadonlySet<string>;
}

/** An app without routes: strict about paths, logged and guarded. What every edition's API starts from. */
export function newApp({ logger, paths, ...guarded }: ShellOptions): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").disable("query parser");
  app.enable("case sensitive routing").enable("strict routing");
  if (logger) app.use(requestLog(logger, paths));
  app.use(guard(guarded));
  return app;
}

/** Answers what no route answered, to be added last: an error, in JSON. */
export function answerErrors(app: Express, logger: Logger | undefined): void {
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const status = statusOf(error);
    if (status === 500) logger?.error({ method: request.method, err: error }, "a request failed");
    if (response.headersSent) return void response.destroy();
    sendDetail(response, status, STATUS_CODES[status]);
  });
}

/** A path with a slash too many is redirected to the one without, if that is known; any other is unknown. */
export function answerUnknown(
  request: Request,
  response: Response,
  isKnown: (path: string) => boolean,
  origin = "",
): void {
  const path = request.path.replace(/\/+$/, "");
  if (path === request.path || !isKnown(path)) {
    sendDetail(response, 404, "Not Found");
    return;
  }
  const query = request.url.indexOf("?");
  const target = query < 0 || query === request.url.length - 1 ? path : path + request.url.slice(query);
  sendEmpty(response, 307, ["location", origin + target, "content-length", "0"]);
}

/** Express marks errors of a bad request with their status; any other error is a fault of ours. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  return status >= 400 && status < 500 ? status : 500;
}

/**
 * Logs each answered request at level `info`: method, path, status, milliseconds. A path that is not in `known` is
 * logged as "other", and no query is logged: either may hold a key.
 */
function requestLog(logger: Logger, known: ReadonlySet<string>) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (logger.isLevelEnabled("info")) {
      const start = performance.now();
      const { method, path } = request;
      response.once("finish", () => {
        const ms = Math.round((performance.now() - start) * 1000) / 1000;
        logger.info({ method, path: known.has(path) ? path : "other", status: response.statusCode, ms }, "answered");
      });
    }
    next();
  };
}
