import type { NextFunction, Request, Response } from "express";
import { COMMON_HEADERS } from "../send.ts";

/** Origins whose pages may read the answers, as the real server lists them. */
const ORIGINS: readonly string[] = [
  "null",
  "http://localhost:8000",
  "http://127.0.0.1:8000",
  "http://localhost:8080",
  "http://127.0.0.1:8080",
  "http://hyperturing.stanford.edu:8000",
  "http://172.24.75.170:8000",
];
const METHODS: readonly string[] = ["GET", "POST", "OPTIONS"];
const HEADERS: readonly string[] = ["Accept", "Accept-Language", "Content-Language", "Content-Type", "X-API-Key"];
const HEADERS_LOWER: ReadonlySet<string> = new Set(HEADERS.map((name) => name.toLowerCase()));

/** Answers preflights, and lets pages of the allowed origins read answers, as Starlette's middleware does. */
export function cors(more: readonly string[]) {
  const origins = new Set([...ORIGINS, ...more]);
  return (request: Request, response: Response, next: NextFunction): void => {
    const { method, headers } = request;
    const { origin } = headers;
    response.setHeader("vary", "Origin");
    if (origin !== undefined && origins.has(origin)) response.setHeader("access-control-allow-origin", origin);
    if (method === "OPTIONS" && origin !== undefined && headers["access-control-request-method"] !== undefined)
      answerPreflight(request, response, origins.has(origin));
    else next();
  };
}

function answerPreflight({ headers }: Request, response: Response, isAllowed: boolean): void {
  const asked = String(headers["access-control-request-headers"] ?? "");
  const faults = isAllowed ? [] : ["origin"];
  if (!METHODS.includes(String(headers["access-control-request-method"]))) faults.push("method");
  const names = asked === "" ? [] : asked.split(",").map((name) => name.trim().toLowerCase());
  if (names.some((name) => !HEADERS_LOWER.has(name))) faults.push("headers");
  const answer = ["vary", PREFLIGHT_VARY];
  answer.push("access-control-allow-methods", METHODS.join(", "), "access-control-allow-headers", HEADERS.join(", "));
  answer.push("access-control-max-age", "600");
  if (headers["access-control-request-private-network"] === "true")
    answer.push("access-control-allow-private-network", "true");
  const text = faults.length === 0 ? "OK" : `Disallowed CORS ${faults.join(", ")}`;
  answer.push("content-type", "text/plain; charset=utf-8", "content-length", String(text.length));
  response.writeHead(faults.length === 0 ? 200 : 400, [...COMMON_HEADERS, ...answer]);
  response.end(text);
}

const PREFLIGHT_VARY =
  "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Access-Control-Request-Private-Network";
