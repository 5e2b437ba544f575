import type { ServerResponse } from "node:http";
import { queryHoldsPrivateKey } from "./api-key.ts";
import type { ValidationError } from "./schemas.ts";
import { sendDetail, sendMessage } from "./send.ts";

export function refuseMethod(response: ServerResponse, allowed = "GET"): void {
  response.setHeader("allow", allowed);
  sendDetail(response, 405, "Method Not Allowed");
}

/** A float as Python prints it; its plus may have become a blank. */
const TRAP = /^\d[\d.]*e[+ ]?\d+$/i;

/** The 422 of the validation layer, which echoes its input, with a hint if the budget was sent as a float. */
export function refuseQuery(response: ServerResponse, rawQuery: string, errors: ValidationError["detail"]): void {
  if (queryHoldsPrivateKey(rawQuery)) {
    refusePrivateKey(response);
    return;
  }
  const trapped = errors.find(({ type, input }) => type === "int_parsing" && TRAP.test(input ?? ""));
  if (trapped) hint(response, `${trapped.loc[1]} needs an integer in digits: in Python send int(1e16), not 1e16`);
  sendDetail(response, 422, errors);
}

/** The only answer that echoes a key: the contract requires it. */
export function refuseKey(response: ServerResponse, apiKey: string): void {
  sendMessage(response, 422, `Invalid API key provided: ${apiKey}`);
}

export function refusePrivateKey(response: ServerResponse): void {
  const message =
    "The request holds a private key. It was not stored. Send the public key (the .pub file) instead, " +
    "and replace the private key: it has left your machine.";
  sendMessage(response, 400, message);
}

/** Adds a header with a hint; the answer itself stays that of the real API. */
export function hint(response: ServerResponse, text: string | undefined): void {
  if (text) response.setHeader("x-isoflop-hint", text);
}
