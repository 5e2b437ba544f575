import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { UserError } from "../task/errors.ts";
import type { LedgerKind } from "./kind.ts";
import {
  type AccountRecord,
  type LedgerWorld,
  parseAccount,
  parseNote,
  parseRun,
  parseWorld,
  type RunRecord,
} from "./record.ts";

/** "isof": marks a SQLite database as a ledger. */
export const APPLICATION_ID = 0x69736f66;
/** How every SQLite database begins. */
const SQLITE_MAGIC = "SQLite format 3\0";
const SMALLEST_PAGE = 512;

/** What a ledger file holds, each in the order first seen. */
export interface Contents<Config, Result, Amount> {
  readonly accounts: readonly AccountRecord[];
  readonly runs: readonly RunRecord<Config, Result, Amount>[];
  readonly notes: readonly { readonly name: string; readonly text: string }[];
}

/**
 * @throws UserError for a file that is no ledger, or one that says that it belongs to another world. A damaged ledger
 * passes while its marks can still be found.
 */
export function refuseForeign(path: string, world: LedgerWorld): void {
  const bytes = readFileSync(path);
  const start = bytes.indexOf('{"isoflop":"ledger"');
  if (start >= 0) {
    const line = bytes.toString("utf8", start, start + 1000);
    const owner = parseWorld(line.slice(0, line.indexOf("}") + 1));
    if (owner && owner.hash !== world.hash) throw otherWorld(owner, world);
    return;
  }
  const isSqlite = SQLITE_MAGIC.startsWith(bytes.toString("latin1", 0, SQLITE_MAGIC.length));
  const isTooShort = bytes.length < SMALLEST_PAGE;
  if (!isSqlite || !(isTooShort || mayBeLedger(path)))
    throw new UserError(
      `"${path}" is not a ledger and was left unchanged; give --ledger a new name or that of a ledger`,
    );
}

/** Whether a SQLite file is marked as a ledger, or too damaged to tell. */
function mayBeLedger(path: string): boolean {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    let id: unknown;
    const damage = damageIn(() => {
      id = database.prepare("PRAGMA application_id").get()?.application_id;
      return verdictOf(database);
    });
    return id === APPLICATION_ID || damage !== undefined;
  } finally {
    database.close();
  }
}

/** What is wrong with a ledger, in a few words; undefined when it is sound. Locks it against writers. */
export function damageOf<Config, Result, Amount>(
  database: DatabaseSync,
  world: LedgerWorld,
  kind: LedgerKind<Config, Result, Amount>,
): string | undefined {
  return damageIn(() => {
    database.exec("BEGIN IMMEDIATE");
    return verdictOf(database) ?? recordDamage(database, world, kind);
  });
}

function verdictOf(database: DatabaseSync): string | undefined {
  const verdict = String(database.prepare("PRAGMA integrity_check(1)").get()?.integrity_check);
  return verdict === "ok" ? undefined : verdict.replace(/\s+/g, " ");
}

/** Every record must match its seal and lie in its place, and every account must be the sum of its runs. */
function recordDamage<Config, Result, Amount>(
  database: DatabaseSync,
  world: LedgerWorld,
  kind: LedgerKind<Config, Result, Amount>,
): string | undefined {
  if (!parseWorld(String(database.prepare("SELECT record FROM ledger").get()?.record)))
    return "its world is unreadable";
  const sums = new Map<string, Amount>();
  for (const row of database.prepare("SELECT id, key, identity, record FROM runs").iterate()) {
    const run = parseRun(String(row.record), kind, world);
    const inPlace = run && run.order === row.id && run.key === row.key && kind.identityOf(run.config) === row.identity;
    if (!inPlace) return `run ${row.id} does not match its checksum`;
    sums.set(run.key, kind.plus(sums.get(run.key) ?? kind.zero, run.cost));
  }
  for (const row of database.prepare("SELECT key, life, used, record FROM accounts").iterate()) {
    const account = parseAccount(String(row.record), world);
    if (!account || account.key !== row.key || account.generation !== row.life)
      return "an account does not match its checksum";
    if (kind.textOf(sums.get(account.key) ?? kind.zero) !== row.used) return "an account is not the sum of its runs";
    sums.delete(account.key);
  }
  if (sums.size > 0) return "runs without an account";
  const isSealed = ({ name, record }: Record<string, unknown>) => parseNote(String(record), world)?.name === name;
  return notesIn(database).every(isSealed) ? undefined : "a note does not match its checksum";
}

function notesIn(database: DatabaseSync): Record<string, unknown>[] {
  const has = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'notes'").get();
  return has ? database.prepare("SELECT name, record FROM notes").all() : [];
}

/** The rows of a damaged ledger that SQLite still reads and that match their seals. */
export function soundContents<Config, Result, Amount>(
  database: DatabaseSync,
  world: LedgerWorld,
  kind: LedgerKind<Config, Result, Amount>,
): Contents<Config, Result, Amount> {
  const runs = new Map<string, RunRecord<Config, Result, Amount>>();
  const notes = new Map<string, string>();
  const accounts = new Map<string, AccountRecord>();
  const keepNewest = (account: AccountRecord) => {
    const known = accounts.get(account.key);
    if (!known || known.generation < account.generation) accounts.set(account.key, account);
  };
  for (const text of readableRecords(database, "accounts")) {
    const account = parseAccount(text, world);
    if (account) keepNewest(account);
  }
  for (const text of readableRecords(database, "runs")) {
    const run = parseRun(text, kind, world);
    if (run) runs.set(`${run.key} ${kind.identityOf(run.config)}`, run);
  }
  for (const line of readableRecords(database, "notes")) {
    const note = parseNote(line, world);
    if (note) notes.set(note.name, note.text);
  }
  const sorted = [...runs.values()].sort((a, b) => a.order - b.order);
  for (const { key, generation, order } of sorted) keepNewest({ key, generation, order });
  return {
    accounts: [...accounts.values()],
    runs: sorted.filter(({ key, generation }) => accounts.get(key)?.generation === generation),
    notes: [...notes].map(([name, text]) => ({ name, text })),
  };
}

/** Reads a table from both ends, each until SQLite meets damage; a record may come twice. */
function readableRecords(database: DatabaseSync, table: "accounts" | "runs" | "notes"): string[] {
  const records: string[] = [];
  for (const direction of ["ASC", "DESC"]) {
    damageIn(() => {
      const rows = database.prepare(`SELECT record FROM ${table} ORDER BY rowid ${direction}`);
      for (const { record } of rows.iterate()) records.push(String(record));
      return undefined;
    });
  }
  return records;
}

/** SQLite's codes for busy, locked, full and cannot open (https://www.sqlite.org/rescode.html). */
const NOT_OF_CONTENT: readonly number[] = [5, 6, 13, 14];

/** What `work` returns, or SQLite's message when it complains of what the file holds. */
function damageIn(work: () => string | undefined): string | undefined {
  try {
    return work();
  } catch (error) {
    // The low byte is the kind, the rest says more.
    if (!isSqliteError(error) || NOT_OF_CONTENT.includes(error.errcode & 0xff)) throw error;
    return error.message;
  }
}

function otherWorld(owner: LedgerWorld, world: LedgerWorld): UserError {
  const held =
    owner.name === world.name
      ? `another version of world "${world.name}", or of it with another --seed: serve it as it was served`
      : `world "${owner.name}", and this is world "${world.name}": serve the world it belongs to`;
  return new UserError(`the ledger holds runs of ${held}, or give another --ledger`);
}

export function isSqliteError(error: unknown): error is Error & { readonly errcode: number } {
  return error instanceof Error && "errcode" in error;
}
