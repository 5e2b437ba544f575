import { createHash } from "node:crypto";

/** Response header of every answer of the mock: its version. */
export const MOCK_HEADER = "x-isoflop";
/** Request header: any text of the client's choosing. */
export const NONCE_HEADER = "x-isoflop-nonce";
/** Response header: `proofOf` the nonce. */
export const PROOF_HEADER = "x-isoflop-proof";

/**
 * What the mock answers to a nonce: the SHA-256 of `isoflop:` and the nonce, in hexadecimal. An endpoint that does not
 * answer so is to be taken for the real one: an address proves nothing, people tunnel.
 */
export function proofOf(nonce: string): string {
  return createHash("sha256").update(`isoflop:${nonce}`).digest("hex");
}
