import { holdsPrivateKey } from "../../../mock-server/api-key.ts";
import { fingerprintOf } from "../../ledger/fingerprint.ts";
import type { Fingerprint } from "../../ledger/ledger.ts";
import { readTextFile } from "../../table/text-file.ts";
import { UserError } from "../../task/errors.ts";

/** The fingerprints of the keys in a file: one a line, in full or as SHA-256; blank lines and `#` lines are left out. */
export function readKeys(file: string): Fingerprint[] {
  const text = readTextFile(file, "keys file");
  if (holdsPrivateKey(text)) throw new UserError(`"${file}" holds a private key: list public keys or their SHA-256`);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (lines.length === 0) throw new UserError(`"${file}" lists no key: one a line, in full or as SHA-256`);
  return lines.map((line) => (/^[0-9a-f]{64}$/i.test(line.trim()) ? line.trim().toLowerCase() : fingerprintOf(line)));
}
