import type { NextFunction, Request, Response } from "express";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { parametersOf, rawQueryOf } from "../query.ts";
import { holdAnswer, misdeliver } from "./delivery.ts";
import type { FaultsDocument } from "./document.ts";
import { fateOf } from "./fate.ts";

/** What an app is given to spoil its answers with. */
export type FaultsMiddleware = (request: Request, response: Response, next: NextFunction) => void;

/**
 * Faults on purpose. Each rule counts its own requests, so that what a key meets under a rule of its own does not depend
 * on who else asks. A late answer is charged at once: whoever hangs up before it comes has paid.
 */
export function faultsMiddleware({ seed, rules }: FaultsDocument): FaultsMiddleware {
  const counts = rules.map(() => 0);
  const keyed = rules.some(({ key }) => key !== undefined);
  return (request, response, next) => {
    const key = keyed ? keyOf(request) : undefined;
    const place = rules.findIndex((rule) => rule.key === undefined || rule.key === key);
    const rule = rules[place];
    if (!rule) return next();
    const number = counts[place] as number;
    counts[place] = number + 1;
    const fate = fateOf(rule, seed, place, number);
    if (fate.fault === "error" || fate.fault === "reset")
      return later(response, fate.delayMs, () => misdeliver(response, fate, ""));
    holdAnswer(response, ({ body, release }) =>
      later(response, fate.delayMs, () => (fate.fault ? misdeliver(response, fate, body) : release())),
    );
    next();
  };
}

function keyOf({ url }: Request): string | undefined {
  const { api_key: apiKey } = parametersOf(rawQueryOf(url));
  return apiKey === undefined ? undefined : fingerprintOf(apiKey);
}

/** Does it after a while, unless the client has gone by then. */
function later(response: Response, ms: number, act: () => void): void {
  if (ms === 0) act();
  else {
    const timer = setTimeout(act, ms);
    response.once("close", () => clearTimeout(timer));
  }
}
