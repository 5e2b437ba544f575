import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { UserError } from "../task/errors.ts";

/** "isof", in the header of every ledger file. */
export const APPLICATION_ID = 0x69736f66;
const SQLITE_MAGIC = Buffer.from("SQLite format 3\0", "latin1");
const APPLICATION_ID_AT = 68;

/** A ledger whose header has lost a few bits is still ours; a table of runs, or another program's database, is not. */
export function refuseForeign(path: string): void {
  const head = headOf(path);
  const expected = Buffer.alloc(APPLICATION_ID_AT + 4);
  SQLITE_MAGIC.copy(expected);
  expected.writeUInt32BE(APPLICATION_ID, APPLICATION_ID_AT);
  let wrongBits = 0;
  for (const [at, byte] of head.entries()) {
    if (at >= SQLITE_MAGIC.length && at < APPLICATION_ID_AT) continue;
    for (let bits = byte ^ (expected[at] as number); bits > 0; bits >>= 1) wrongBits += bits & 1;
  }
  if (wrongBits > (head.length < expected.length ? 0 : 8))
    throw new UserError(
      `"${path}" is not a ledger, and is left as it is; give --ledger a new name or that of a ledger`,
    );
}

function headOf(path: string): Buffer {
  const head = Buffer.alloc(APPLICATION_ID_AT + 4);
  const file = openSync(path, "r");
  try {
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}

/** An empty file, as `mktemp` makes it. */
export function isUnused(path: string): boolean {
  return headOf(path).length === 0 && !existsSync(`${path}-wal`);
}
