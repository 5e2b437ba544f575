import type { Fingerprint } from "../src/ledger/ledger.ts";
import { parametersOf } from "./query.ts";

/** Which keys are served: any key, or those with these fingerprints only. */
export type Registration = "open" | readonly Fingerprint[];

/** Whether a key is registered: the handout's example of an invalid key and the empty key never are. */
export function isRegistered(apiKey: string, key: Fingerprint, members: ReadonlySet<Fingerprint> | undefined): boolean {
  return apiKey !== "" && apiKey !== "INVALID_API_KEY" && (members?.has(key) ?? true);
}

// Headers of PEM and PuTTY files, and how the base64 of an OpenSSH, RSA, EC or Ed25519 private key begins.
const PRIVATE_KEY =
  /PRIVATE(?:\s|\+|%20|_|-)*KEY|PuTTY-User-Key-File|b3BlbnNzaC1rZXktdjE|MII[\w+/]{3}IBA|MHcCAQEE|MC4CAQAwBQYDK2Vw/i;

/** Whether a text holds private key material, which has really been sent as `api_key`. */
export function holdsPrivateKey(text: string): boolean {
  return PRIVATE_KEY.test(text);
}

/** Whether any name or value of a raw query holds private key material. */
export function queryHoldsPrivateKey(rawQuery: string): boolean {
  return Object.entries(parametersOf(rawQuery)).some(
    ([name, value]) => holdsPrivateKey(name) || holdsPrivateKey(value),
  );
}

/** A hint about a key that was probably sent wrongly; the answer itself stays that of the real API. */
export function keyHint(key: string): string | undefined {
  if (/[\r\n]$/.test(key)) return "api_key ends in a newline: it is another key than the one without; strip it";
  const [type = "", blob = "", rest = ""] = key.split(" ", 3);
  if (SSH_TYPE.test(type) && /^[A-Za-z0-9/]+={0,2}$/.test(rest) && !isWholeBlob(blob))
    return "api_key has blanks inside its base64 part: a raw + in a URL means a blank; send it as %2B";
  return undefined;
}

const SSH_TYPE = /^(?:ssh-|ecdsa-|sk-)/;

/**
 * Whether a base64 text is a sequence of length-prefixed fields, nothing missing, as the blob of an SSH key is (RFC
 * 4253).
 */
function isWholeBlob(base64: string): boolean {
  const blob = Buffer.from(base64, "base64");
  let end = 0;
  while (end + 4 <= blob.length) end += 4 + blob.readUInt32BE(end);
  return end === blob.length;
}
