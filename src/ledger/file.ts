import { accessSync, constants, copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { identityOf } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import { APPLICATION_ID, type Contents, damageOf, isSqliteError, refuseForeign, soundContents } from "./damage.ts";
import { accountText, type LedgerWorld, runText, worldText } from "./record.ts";

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

const EMPTY: Contents = { accounts: [], runs: [] };

/**
 * Opens the ledger of a world, or makes it where there is none. A damaged file is set aside as `FILE.corrupt-N`, with
 * its write-ahead log. The new file starts with the runs that SQLite still reads and that match their seals; `report` is
 * told so in one line.
 *
 * @throws UserError for a file that is no ledger, a ledger of another world, or a file that cannot be used.
 */
export function openLedgerFile(path: string, world: LedgerWorld, report: (line: string) => void): DatabaseSync {
  return explained(path, () => {
    if (!existsSync(path)) publish(path, world, EMPTY, linkIfAbsent);
    else if (isUnused(path)) publish(path, world, EMPTY, renameSync);
    // SQLite refuses to write to a file whose header is damaged: so find out first whether the file is protected.
    accessSync(path, constants.R_OK | constants.W_OK);
    refuseForeign(path, world);
    repair(path, world, report);
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    return database;
  });
}

/** Checks the whole file while nobody can write to it, and replaces it when it is damaged. */
function repair(path: string, world: LedgerWorld, report: (line: string) => void): void {
  // SQLite would take an empty file for a new database and delete its log.
  if (statSync(path).size === 0) {
    report(replace(path, world, "it is empty beside its write-ahead log", setAside(path), EMPTY));
    return;
  }
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
  let damage: string | undefined;
  let evidence = "";
  let kept = EMPTY;
  try {
    damage = damageOf(database, world);
    if (damage === undefined) return;
    // Copied before closing: closing the last connection folds the log into the file.
    evidence = setAside(path);
    kept = soundContents(database, world);
  } finally {
    database.close();
  }
  report(replace(path, world, damage, evidence, kept));
}

/** Copies a damaged file and its log as evidence; returns the name of the copy. */
function setAside(path: string): string {
  let n = 1;
  while (existsSync(`${path}.corrupt-${n}`)) n++;
  const evidence = `${path}.corrupt-${n}`;
  copyFileSync(path, evidence, constants.COPYFILE_EXCL);
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${evidence}-wal`, constants.COPYFILE_EXCL);
  return evidence;
}

/** Puts a sound file in the place of a damaged one; returns the line that says so. */
function replace(path: string, world: LedgerWorld, damage: string, evidence: string, kept: Contents): string {
  publish(path, world, kept, (from, to) => {
    rmSync(`${to}-wal`, { force: true });
    rmSync(`${to}-shm`, { force: true });
    renameSync(from, to);
  });
  return `ledger "${path}" is damaged (${damage}): set aside as "${evidence}"; starting with its ${kept.runs.length} readable runs`;
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

function write(path: string, world: LedgerWorld, { accounts, runs }: Contents): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA synchronous = FULL; ${SCHEMA} BEGIN;`);
    database.prepare("INSERT INTO ledger VALUES (?)").run(worldText(world));
    const used = new Map<string, bigint>();
    const addRun = database.prepare("INSERT INTO runs VALUES (?, ?, ?, ?)");
    for (const [i, run] of runs.entries()) {
      const order = i + 1;
      addRun.run(order, run.key, identityOf(run.config), runText({ ...run, order }, world));
      used.set(run.key, (used.get(run.key) ?? 0n) + run.cost);
    }
    const addAccount = database.prepare("INSERT INTO accounts VALUES (?, ?, ?, ?)");
    for (const account of accounts)
      addAccount.run(account.key, account.generation, String(used.get(account.key) ?? 0n), accountText(account, world));
    database.exec("COMMIT; PRAGMA journal_mode = WAL;");
  } finally {
    database.close();
  }
}

/** Of two processes that make the file at once, one wins and both use its file. */
function linkIfAbsent(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** An empty file, as `mktemp` makes it. */
function isUnused(path: string): boolean {
  return statSync(path).size === 0 && !existsSync(`${path}-wal`);
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
