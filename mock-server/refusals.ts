import type { ServerResponse } from "node:http";
import { queryHoldsPrivateKey } from "./api-key.ts";
import type { ValidationError } from "./schemas.ts";
import { sendDetail, sendMessage } from "./send.ts";

export function refuseMethod(response: ServerResponse): void {
  response.setHeader("allow", "GET");
  sendDetail(response, 405, "Method Not Allowed");
}

/** A float as Python prints it, its plus sent as it is, as `%2B`, or lost as a blank. */
const TRAP = /^\d[\d.]*e[+ ]?\d+$/i;

/** The 422 of the validation layer, which echoes what it was given; with a hint to who sent a float as a budget. */
export function refuseQuery(response: ServerResponse, rawQuery: string, errors: ValidationError["detail"]): void {
  if (queryHoldsPrivateKey(rawQuery)) {
    refusePrivateKey(response);
    return;
  }
  const trapped = errors.find(({ type, input }) => type === "int_parsing" && TRAP.test(input ?? ""));
  if (trapped) hint(response, `${trapped.loc[1]} wants an integer in digits: in Python send int(1e16), not 1e16`);
  sendDetail(response, 422, errors);
}

/** The one place where a key is echoed: the contract has it so. */
export function refuseKey(response: ServerResponse, apiKey: string): void {
  sendMessage(response, 422, `Invalid API key provided: ${apiKey}`);
}

export function refusePrivateKey(response: ServerResponse): void {
  const message =
    "The request holds a private key. It was not stored. Send the public key (the .pub file) instead, " +
    "and replace the private one: it has travelled.";
  sendMessage(response, 400, message);
}

/** A word to the client beside the answer, which stays that of the real API. */
export function hint(response: ServerResponse, text: string | undefined): void {
  if (text) response.setHeader("x-isoflop-hint", text);
}
