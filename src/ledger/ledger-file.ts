import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { identityOf } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import { accountText, type LedgerWorld, parseAccount, parseRun, parseWorld, runText, worldText } from "./record.ts";
import { type Contents, salvage, worldIn } from "./salvage.ts";
import { logDamage } from "./write-ahead-log.ts";

/** "isof", in the header of every ledger file. */
const APPLICATION_ID = 0x69736f66;
const SQLITE_MAGIC = Buffer.from("SQLite format 3\0", "latin1");
const APPLICATION_ID_AT = 68;
/** Milliseconds to wait for another process that writes. */
const BUSY_TIMEOUT = 15_000;

const SCHEMA = `
  PRAGMA application_id = ${APPLICATION_ID};
  CREATE TABLE ledger (record TEXT NOT NULL) STRICT;
  CREATE TABLE accounts (
    key TEXT PRIMARY KEY, life INTEGER NOT NULL, used TEXT NOT NULL, record TEXT NOT NULL
  ) STRICT;
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, identity TEXT NOT NULL, record TEXT NOT NULL, UNIQUE (key, identity)
  ) STRICT;
`;

/**
 * Opens the ledger of a world, or makes it where there is none. A damaged file is set aside as `FILE.corrupt-N`, with
 * its write-ahead log, and the ledger goes on with the runs in it that can be proved intact; `report` is told in a line.
 *
 * @throws UserError for a file that is no ledger, a ledger of another world, or a file that cannot be used.
 */
export function openLedgerFile(path: string, world: LedgerWorld, report: (line: string) => void): DatabaseSync {
  return explained(path, () => {
    if (!existsSync(path)) publish(path, world, { accounts: [], runs: [] }, linkIfAbsent);
    else if (isUnused(path)) publish(path, world, { accounts: [], runs: [] }, renameSync);
    // A turned bit in its header makes a file read-only to SQLite: then it is damaged, not protected.
    accessSync(path, constants.R_OK | constants.W_OK);
    refuseForeign(path);
    const damaged = examine(path, world);
    if (damaged) report(setAside(path, world, damaged));
    return connect(path);
  });
}

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  return database;
}

interface Damage {
  readonly reason: string;
  readonly main: Buffer;
  readonly log: Buffer;
}

/** Holds the file against every check there is while nobody can write to it. */
function examine(path: string, world: LedgerWorld): Damage | undefined {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
  try {
    const reason = damageOf(database, path, world);
    // Taken before closing: to close the last connection is to fold the log into the file.
    return reason === undefined ? undefined : { reason, ...bytesOf(path) };
  } finally {
    database.close();
  }
}

function damageOf(database: DatabaseSync, path: string, world: LedgerWorld): string | undefined {
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

/** Keeps the damaged bytes as evidence and puts a new file with what they prove in their place. */
function setAside(path: string, world: LedgerWorld, { reason, main, log }: Damage): string {
  const bytes = Buffer.concat([main, log]);
  const owner = worldIn(bytes);
  if (owner) refuseOther(owner, world);
  const kept = salvage(bytes, world);
  let n = 1;
  while (existsSync(`${path}.corrupt-${n}`)) n++;
  const evidence = `${path}.corrupt-${n}`;
  writeFileSync(evidence, main, { flag: "wx" });
  if (log.length > 0) writeFileSync(`${evidence}-wal`, log, { flag: "wx" });
  publish(path, world, kept, (from, to) => {
    rmSync(`${to}-wal`, { force: true });
    rmSync(`${to}-shm`, { force: true });
    renameSync(from, to);
  });
  return `ledger "${path}" is damaged (${reason}): set aside as "${evidence}"; going on with the ${kept.runs.length} runs in it that are proved intact`;
}

/** Writes a whole ledger beside `path` and moves it there, so that no half-made one is ever seen. */
function publish(path: string, world: LedgerWorld, contents: Contents, move: (from: string, to: string) => void): void {
  const draft = `${path}.new-${process.pid}`;
  rmSync(draft, { force: true });
  const database = new DatabaseSync(draft);
  try {
    database.exec(`PRAGMA synchronous = FULL; ${SCHEMA} BEGIN;`);
    database.prepare("INSERT INTO ledger VALUES (?)").run(worldText(world));
    fill(database, world, contents);
    database.exec("COMMIT; PRAGMA journal_mode = WAL;");
  } finally {
    database.close();
  }
  move(draft, path);
  rmSync(draft, { force: true });
}

function fill(database: DatabaseSync, world: LedgerWorld, { accounts, runs }: Contents): void {
  const sums = new Map<string, bigint>();
  const addRun = database.prepare("INSERT INTO runs VALUES (?, ?, ?, ?)");
  for (const [i, run] of runs.entries()) {
    const order = i + 1;
    addRun.run(order, run.key, identityOf(run.config), runText({ ...run, order }, world));
    sums.set(run.key, (sums.get(run.key) ?? 0n) + run.cost);
  }
  const addAccount = database.prepare("INSERT INTO accounts VALUES (?, ?, ?, ?)");
  for (const account of accounts)
    addAccount.run(account.key, account.life, String(sums.get(account.key) ?? 0n), accountText(account, world));
}

/** Of two processes that make the file at once, one wins and both use its file. */
function linkIfAbsent(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function bytesOf(path: string): { readonly main: Buffer; readonly log: Buffer } {
  const log = `${path}-wal`;
  return { main: readFileSync(path), log: existsSync(log) ? readFileSync(log) : Buffer.alloc(0) };
}

/** An empty file, as `mktemp` makes it. */
function isUnused(path: string): boolean {
  return headOf(path).length === 0 && !existsSync(`${path}-wal`);
}

/** A ledger whose header has lost a few bits is still ours; a table of runs, or another program's database, is not. */
function refuseForeign(path: string): void {
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

function refuseOther(owner: LedgerWorld, world: LedgerWorld): void {
  if (owner.hash === world.hash) return;
  const wanted = owner.name === world.name ? `another version of it` : `world "${owner.name}"`;
  throw new UserError(
    `the ledger holds runs of ${wanted}, and this is world "${world.name}": serve the world it belongs to, or give another --ledger`,
  );
}

/** SQLite's codes for busy, locked, full and cannot open (https://www.sqlite.org/rescode.html). */
const NOT_OF_CONTENT = [5, 6, 13, 14];

interface SqliteError extends Error {
  readonly errcode: number;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && "errcode" in error;
}

/** Whether SQLite complains of what the file holds, and not of what may be done with it. */
function isDamage(error: unknown): error is SqliteError {
  // The low byte is the kind, the rest says more.
  return isSqliteError(error) && !NOT_OF_CONTENT.includes(error.errcode & 0xff);
}

/** Runs `work`; an error of the operating system or of SQLite about the file becomes a line for its user. */
function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const ofSystem = error instanceof Error && "syscall" in error;
    if (!ofSystem && !isSqliteError(error)) throw error;
    throw new UserError(`cannot use the ledger "${path}": ${error.message}`);
  }
}
