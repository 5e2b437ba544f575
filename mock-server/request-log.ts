import type { NextFunction, Request, Response } from "express";
import type { Logger } from "pino";

/**
 * Logs each answered request at level `info`: method, path, status, milliseconds. A path that is not in `known` is
 * logged as "other", and no query is logged: either may hold a key.
 */
export function requestLog(logger: Logger, known: ReadonlySet<string>) {
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
