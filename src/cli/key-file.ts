import { statSync } from "node:fs";
import { holdsPrivateKey } from "../../mock-server/api-key.ts";
import { fingerprintOf } from "../ledger/fingerprint.ts";
import type { Fingerprint } from "../ledger/ledger.ts";
import { readTextFile } from "../table/files.ts";
import { UserError } from "../task/errors.ts";

/** Longest key in characters; an SSH public key of 16384 bits takes 3 kB. */
const LONGEST = 16_384;

/**
 * The API key in a file: its only line, without the line feed. No error message quotes the content of the file.
 *
 * @throws UserError when there is no such file, or it holds a private key, several lines, or nothing.
 */
export function readKeyFile(file: string): string {
  // The key itself may have been pasted.
  if (/\s/.test(file.trim()) && /^(ssh-|ecdsa-|sk-|-----BEGIN)/.test(file.trim()))
    throw new UserError("--key-file needs the path of a file, but got what looks like a key: put the key into a file");
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`--key-file "${file}" is a folder; pass the file with your public key, such as id_ed25519.pub`);
  const text = readTextFile(file, "key file");
  if (holdsPrivateKey(text))
    throw new UserError(
      `key file "${file}" holds a private key. It was not sent. Pass the public key (the .pub file beside it)`,
    );
  const key = text.replace(/\r?\n$/, "");
  if (key.trim() === "")
    throw new UserError(`key file "${file}" is empty; it should hold your SSH public key on one line`);
  if (/[\r\n]/.test(key))
    throw new UserError(`key file "${file}" has more than one line; the API key is a single line`);
  if (key.length > LONGEST)
    throw new UserError(`key file "${file}" holds ${key.length} characters, too many for an SSH public key`);
  if (/[^\x20-\x7e]/.test(key))
    throw new UserError(
      `key file "${file}" holds characters that are not printable ASCII, so it is not an SSH public key`,
    );
  return key;
}

/** The fingerprints of the keys in a file: one per line, in full or as SHA-256; blank lines and `#` lines are skipped. */
export function readKeys(file: string): Fingerprint[] {
  const text = readTextFile(file, "keys file");
  if (holdsPrivateKey(text)) throw new UserError(`"${file}" holds a private key: list public keys or their SHA-256`);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (lines.length === 0) throw new UserError(`"${file}" lists no key: write one per line, in full or as SHA-256`);
  return lines.map((line) => (/^[0-9a-f]{64}$/i.test(line.trim()) ? line.trim().toLowerCase() : fingerprintOf(line)));
}
