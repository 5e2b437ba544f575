import { statSync } from "node:fs";
import { holdsPrivateKey } from "../../mock-server/api-key.ts";
import { fingerprintOf } from "../ledger/fingerprint.ts";
import type { Fingerprint } from "../ledger/ledger.ts";
import { readTextFile } from "../table/files.ts";
import { UserError } from "../task/errors.ts";
import { JOB_KEY } from "../task/stanford-2026/budget.ts";

/** Longest key in characters; an SSH public key of 16384 bits takes 3 kB. */
const LONGEST = 16_384;

/** What a file holds as an API key. */
export interface FileKey {
  readonly key: string;
  /** Why it is no key of a real API, in words; absent where it may be one. */
  readonly unfit?: string;
}

/**
 * The API key in a file: its only line, without the line feed. The mock takes any text as a key: of a file that is no
 * SSH public key it gets a hash. No error message quotes the content of the file.
 *
 * @throws UserError when there is no such file, or it holds a private key or nothing.
 */
export function readKeyFile(file: string): FileKey {
  // The key itself may have been pasted.
  if (/\s/.test(file.trim()) && /^(ssh-|ecdsa-|sk-|-----BEGIN)/.test(file.trim()))
    throw new UserError("--key-file needs the path of a file, but got what looks like a key: put the key into a file");
  const kind = statSync(file, { throwIfNoEntry: false });
  if (kind?.isDirectory()) throw new UserError(`--key-file "${file}" is a folder; ${ADVICE}`);
  if (kind === undefined) throw new UserError(`no key file "${file}"; ${ADVICE}`);
  const text = readTextFile(file, "key file");
  if (holdsPrivateKey(text))
    throw new UserError(
      `key file "${file}" holds a private key. It was not sent. Pass the public key (the .pub file beside it)`,
    );
  const key = text.replace(/\r?\n$/, "");
  if (key.trim() === "") throw new UserError(`key file "${file}" is empty; ${ADVICE}`);
  const unfit = unfitness(key);
  return unfit === undefined ? { key } : { key: fingerprintOf(text), unfit: `key file "${file}" ${unfit}` };
}

const ADVICE = "pass your SSH public key, such as ~/.ssh/id_ed25519.pub; for the mock any text file will do";

/**
 * The key of the 2026 API in a file: eight digits. The mock takes any file: of another text it gets eight digits that follow
 * from it.
 *
 * @throws UserError as `readKeyFile` does.
 */
export function readJobKeyFile(file: string): FileKey {
  const { key } = readKeyFile(file);
  if (JOB_KEY.test(key.trim())) return { key: key.trim() };
  // 99999999 is always unknown.
  const digits = String(Number.parseInt(fingerprintOf(key).slice(0, 12), 16) % 99_999_999).padStart(8, "0");
  return { key: digits, unfit: `key file "${file}" does not hold eight digits, the key of the 2026 API` };
}

function unfitness(key: string): string | undefined {
  if (/[\r\n]/.test(key)) return "has more than one line; the API key is a single line";
  if (key.length > LONGEST) return `holds ${key.length} characters, too many for an SSH public key`;
  if (/[^\x20-\x7e]/.test(key)) return "holds characters that are not printable ASCII, so it is not an SSH public key";
  return undefined;
}

/** The fingerprints of the keys in a file: one per line, in full or as SHA-256; blank lines and `#` lines are skipped. */
export function readKeys(file: string): Fingerprint[] {
  const text = readTextFile(file, "keys file");
  if (holdsPrivateKey(text)) throw new UserError(`"${file}" holds a private key: list public keys or their SHA-256`);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (lines.length === 0) throw new UserError(`"${file}" lists no key: write one per line, in full or as SHA-256`);
  return lines.map((line) => (/^[0-9a-f]{64}$/i.test(line.trim()) ? line.trim().toLowerCase() : fingerprintOf(line)));
}
