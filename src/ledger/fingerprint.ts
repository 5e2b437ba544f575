import { hash } from "node:crypto";
import type { Fingerprint } from "./ledger.ts";

/** The SHA-256 of an API key in hexadecimal: all that is ever stored or shown of it. */
export function fingerprintOf(apiKey: string): Fingerprint {
  return hash("sha256", apiKey);
}
