import { createHash } from "node:crypto";

/** A short name for content: equal content, equal name, on every machine. 96 bits of SHA-256, in hexadecimal. */
export function contentHash(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 24);
}
