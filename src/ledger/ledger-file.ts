import { accessSync, constants, existsSync, linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { identityOf } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import { bytesOf, damageOf, isSqliteError, refuseOther } from "./audit.ts";
import { accountText, type LedgerWorld, runText, worldText } from "./record.ts";
import { type Contents, salvage, worldIn } from "./salvage.ts";
import { APPLICATION_ID, isUnused, refuseForeign } from "./signature.ts";

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
  // A log begun anew is cut to what is new in it: half a frame over an old one would look like damage.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 0;");
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
  try {
    write(draft, world, contents);
    move(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

function write(path: string, world: LedgerWorld, contents: Contents): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA synchronous = FULL; ${SCHEMA} BEGIN;`);
    database.prepare("INSERT INTO ledger VALUES (?)").run(worldText(world));
    fill(database, world, contents);
    database.exec("COMMIT; PRAGMA journal_mode = WAL;");
  } finally {
    database.close();
  }
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
