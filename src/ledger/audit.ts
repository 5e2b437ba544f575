import { existsSync, readFileSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { identityOf } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import { type LedgerWorld, parseAccount, parseRun, parseWorld } from "./record.ts";
import { logDamage } from "./write-ahead-log.ts";

/** What is wrong with a ledger file, in a few words, checked while nobody can write to it; undefined when it is sound. */
export function damageOf(database: DatabaseSync, path: string, world: LedgerWorld): string | undefined {
  try {
    database.exec("BEGIN IMMEDIATE");
    return logDamage(bytesOf(path).log) ?? pageDamage(database) ?? recordDamage(database, world);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return error.message;
  }
}

function pageDamage(database: DatabaseSync): string | undefined {
  const row = database.prepare("PRAGMA integrity_check(1)").get();
  const verdict = String(row?.integrity_check);
  return verdict === "ok" ? undefined : verdict.replace(/\s+/g, " ");
}

/** Every record must hold its seal and lie in its place, and every account be the sum of its runs. */
function recordDamage(database: DatabaseSync, world: LedgerWorld): string | undefined {
  const marks = database.prepare("SELECT record FROM ledger").all();
  const owner = marks.length === 1 ? parseWorld(String(marks[0]?.record)) : undefined;
  if (!owner) return "its world is unreadable";
  refuseOther(owner, world);
  const sums = new Map<string, bigint>();
  for (const row of database.prepare("SELECT id, key, identity, record FROM runs").iterate()) {
    const run = parseRun(String(row.record), world);
    const inPlace = run && run.order === row.id && run.key === row.key && identityOf(run.config) === row.identity;
    if (!inPlace) return `the checksum of run ${row.id} does not hold`;
    sums.set(run.key, (sums.get(run.key) ?? 0n) + run.cost);
  }
  for (const row of database.prepare("SELECT key, life, used, record FROM accounts").iterate()) {
    const account = parseAccount(String(row.record), world);
    if (!account || account.key !== row.key || account.life !== row.life)
      return "the checksum of an account does not hold";
    if (String(sums.get(account.key) ?? 0n) !== row.used) return "an account is not the sum of its runs";
    sums.delete(account.key);
  }
  return sums.size === 0 ? undefined : "runs without an account";
}

export function bytesOf(path: string): { readonly main: Buffer; readonly log: Buffer } {
  const log = `${path}-wal`;
  return { main: readFileSync(path), log: existsSync(log) ? readFileSync(log) : Buffer.alloc(0) };
}

/** Throws a UserError when a ledger belongs to another world than the one it is opened for. */
export function refuseOther(owner: LedgerWorld, world: LedgerWorld): void {
  if (owner.hash === world.hash) return;
  const held =
    owner.name === world.name
      ? `another version of world "${world.name}", or of it with another --seed: serve it as it was served`
      : `world "${owner.name}", and this is world "${world.name}": serve the world it belongs to`;
  throw new UserError(`the ledger holds runs of ${held}, or give another --ledger`);
}

/** SQLite's codes for busy, locked, full and cannot open (https://www.sqlite.org/rescode.html). */
const NOT_OF_CONTENT = [5, 6, 13, 14];

export interface SqliteError extends Error {
  readonly errcode: number;
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && "errcode" in error;
}

/** Whether SQLite complains of what the file holds, and not of what may be done with it. */
function isDamage(error: unknown): error is SqliteError {
  // The low byte is the kind, the rest says more.
  return isSqliteError(error) && !NOT_OF_CONTENT.includes(error.errcode & 0xff);
}
