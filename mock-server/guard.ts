import type { NextFunction, Request, Response } from "express";
import { MOCK_HEADER, NONCE_HEADER, PROOF_HEADER, proofOf } from "../src/training-api/proof.ts";
import { ANSWER_HEADER, sendDetail, sendEmpty, sendJson } from "./send.ts";

/** Longest target (path and query) that is read; an SSH key of 16384 bits takes 3000 characters of it. */
const LONGEST_TARGET = 8192;
const UNKNOWN_HOST_TEXT = "This host name is not served here; the server's option --allow-host adds one";
/** Most clients read `message` alone. */
const UNKNOWN_HOST = JSON.stringify({ detail: UNKNOWN_HOST_TEXT, message: UNKNOWN_HOST_TEXT });
/** Names under which this machine may be addressed. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

export interface GuardOptions {
  /** Host names served besides those of the loopback interface. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may read the answers. */
  readonly corsOrigins: readonly string[];
  /** Prove that the answers are simulated; a proxy of the real API must not. @defaultValue true */
  readonly simulated?: boolean;
}

/** Checks every request first: the proof of the mock, the length limit, the Host header (DNS rebinding), CORS. */
export function guard({ allowedHosts, corsOrigins, simulated = true }: GuardOptions) {
  const hosts = new Set([...LOOPBACK, ...allowedHosts.map(asWritten)]);
  const origins = new Set(corsOrigins);

  return (request: Request, response: Response, next: NextFunction): void => {
    const { headers, url } = request;
    const nonce = headers[NONCE_HEADER];
    if (simulated && typeof nonce === "string") response.setHeader(PROOF_HEADER, proofOf(nonce));
    const host = (authorityIn(url) ?? headers.host)?.replace(/:\d*$/, "").toLowerCase();
    if (url.length > LONGEST_TARGET) sendDetail(response, 414, "URI Too Long");
    else if (!host) sendDetail(response, 400, "Missing Host header");
    else if (!hosts.has(host)) sendJson(response, 403, UNKNOWN_HOST);
    else if (origins.size === 0 || !allowOrigin(request, response, origins)) next();
  };
}

/** A host name as requests write it: an IPv6 address stands in brackets there. */
function asWritten(host: string): string {
  return (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host).toLowerCase();
}

/** The host and port in a target that is a whole URL, as to a proxy: it overrides the header (RFC 9112, 3.2.2). */
function authorityIn(target: string): string | undefined {
  return target.startsWith("/") ? undefined : /^https?:\/\/([^/?#]*)/i.exec(target)?.[1];
}

/** Adds the headers that let a page of an allowed origin read the answer; true when that was all it asked for. */
function allowOrigin({ method, headers }: Request, response: Response, origins: ReadonlySet<string>): boolean {
  response.setHeader("vary", "origin");
  const { origin } = headers;
  if (origin === undefined || !origins.has(origin)) return false;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader(
    "access-control-expose-headers",
    `${MOCK_HEADER}, ${PROOF_HEADER}, ${ANSWER_HEADER}, x-isoflop-hint`,
  );
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return false;
  response.setHeader("access-control-allow-methods", "GET");
  response.setHeader("access-control-allow-headers", NONCE_HEADER);
  sendEmpty(response, 204);
  return true;
}

/** Whether a request comes from a page of this server or from a program, and not from a page of another origin. */
export function isSameOrigin({ headers }: Request): boolean {
  const site = headers["sec-fetch-site"];
  // "none": a typed address or a bookmark.
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const { origin, host } = headers;
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}
