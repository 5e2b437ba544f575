import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { NextFunction, Request, Response } from "express";
import { isSameOrigin } from "../guard.ts";
import { sendMessage } from "../send.ts";
import { TOKEN_HEADER } from "./wire.ts";

export interface Gate {
  /** The token to put into the page for this request; empty when the user must type it. */
  tokenFor(request: Request): string;
  /** Admits requests of our own pages that carry the token. */
  readonly guard: (request: Request, response: Response, next: NextFunction) => void;
}

/**
 * The access check of the dashboard (docs/dashboard.md, "Access"): the admin token from anywhere if there is one, else
 * a token made at each start, which pages carry and which counts from this machine only.
 */
export function createGate(adminToken: string | undefined): Gate {
  const token = adminToken ?? randomBytes(24).toString("base64url");
  const isToken = secretCheck(token);
  return {
    tokenFor: (request) => (adminToken === undefined && isLocal(request) ? token : ""),
    guard(request, response, next) {
      response.set({ "cache-control": "no-store", "cross-origin-resource-policy": "same-origin" });
      if (!isSameOrigin(request)) sendMessage(response, 403, "The dashboard accepts requests from its own pages only");
      else if (adminToken === undefined && !isLocal(request))
        sendMessage(
          response,
          403,
          "The dashboard is open to this machine only; start the server with --admin-token-file to admit others",
        );
      else if (!isToken(request.headers[TOKEN_HEADER]))
        sendMessage(response, 401, "The dashboard needs the admin token of this server");
      else next();
    },
  };
}

/** Whether what a request carries is this secret, in a time that tells nothing of it. */
export function secretCheck(secret: string): (given: unknown) => boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const wanted = digest(secret);
  return (given) => typeof given === "string" && timingSafeEqual(digest(given), wanted);
}

const FORWARDED = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/** Whether a request was made on this machine to this machine, and not passed on by a proxy. */
function isLocal({ headers, socket }: Request): boolean {
  const address = socket.remoteAddress ?? "";
  const host = headers.host?.replace(/:\d*$/, "").toLowerCase() ?? "";
  const loopback = /^(?:::ffff:)?127\.|^::1$/.test(address);
  return (
    loopback && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host) && FORWARDED.every((name) => !headers[name])
  );
}
