import type { NextFunction, Request, Response } from "express";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { randomStream } from "../../src/task/random.ts";
import { parametersOf, rawQueryOf } from "../query.ts";
import { type Fate, holdAnswer, misdeliver } from "./delivery.ts";
import { FAULTS, type Fault, type FaultRule, type FaultsDocument } from "./document.ts";

/** Injects faults into the answers of an app. */
export type FaultsMiddleware = (request: Request, response: Response, next: NextFunction) => void;

/**
 * Injects faults. Each rule counts its own requests, so that the faults of a key with a rule of its own do not depend
 * on other keys. A delayed answer is charged at once, even if the client hangs up before it comes.
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

function keyOf({ url, headers }: Request): string | undefined {
  const apiKey = headers["x-api-key"] ?? parametersOf(rawQueryOf(url)).api_key;
  return typeof apiKey === "string" ? fingerprintOf(apiKey) : undefined;
}

/** Acts after a delay, unless the client has gone by then. */
function later(response: Response, ms: number, act: () => void): void {
  if (ms === 0) act();
  else {
    const timer = setTimeout(act, ms);
    response.once("close", () => clearTimeout(timer));
  }
}

/**
 * The fate of a rule's request: the same for the same seed, place of the rule and number of the request, whatever
 * happened to earlier requests.
 */
export function fateOf(rule: FaultRule, seed: number, place: number, request: number): Fate {
  const rng = randomStream(`faults/${seed}/${place}/${request}`);
  const delayMs = rule.latencyMs + rule.jitterMs * rng();
  const fault = drawn(rule, rng());
  const status = rule.statuses[Math.floor(rng() * rule.statuses.length)] as number;
  return fault ? { delayMs, fault, status } : { delayMs, status };
}

function drawn({ shares }: FaultRule, u: number): Fault | undefined {
  let sum = 0;
  return FAULTS.find((fault) => {
    sum += shares[fault] ?? 0;
    return u < sum;
  });
}
