import { accessSync, constants, copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { UserError } from "../task/errors.ts";
import { APPLICATION_ID, type Contents, damageOf, isSqliteError, refuseForeign, soundContents } from "./damage.ts";
import type { LedgerKind } from "./kind.ts";
import { accountText, type LedgerWorld, noteText, runText, worldText } from "./record.ts";

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
/** Ledgers of version 0.1 have no notes. */
const NOTES = "CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT";

const EMPTY: Contents<never, never, never> = { accounts: [], runs: [], notes: [] };

/**
 * Opens the ledger of a world, or makes it where there is none. A damaged file is set aside as `FILE.corrupt-N`, with
 * its write-ahead log. The new file starts with the runs that SQLite still reads and that match their seals; `report` is
 * told so in one line.
 *
 * @throws UserError for a file that is no ledger, a ledger of another world, or a file that cannot be used.
 */
export function openLedgerFile<Config, Result, Amount>(
  path: string,
  world: LedgerWorld,
  report: (line: string) => void,
  kind: LedgerKind<Config, Result, Amount>,
): DatabaseSync {
  return explained(path, () => {
    if (!existsSync(path)) publish(path, world, kind, EMPTY, linkIfAbsent);
    else if (isUnused(path)) publish(path, world, kind, EMPTY, renameSync);
    // SQLite refuses to write to a file whose header is damaged: so find out first whether the file is protected.
    accessSync(path, constants.R_OK | constants.W_OK);
    refuseForeign(path, world);
    repair(path, world, kind, report);
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${NOTES};`);
    return database;
  });
}

/** Checks the whole file while no process can write to it, and replaces it when it is damaged. */
function repair<Config, Result, Amount>(
  path: string,
  world: LedgerWorld,
  kind: LedgerKind<Config, Result, Amount>,
  report: (line: string) => void,
): void {
  // SQLite would take an empty file for a new database and delete its log.
  if (statSync(path).size === 0) {
    report(replace(path, world, kind, "it is empty beside its write-ahead log", setAside(path), EMPTY));
    return;
  }
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
  let damage: string | undefined;
  let evidence = "";
  let kept: Contents<Config, Result, Amount> = EMPTY;
  try {
    damage = damageOf(database, world, kind);
    if (damage === undefined) return;
    // Copied before closing: closing the last connection folds the log into the file.
    evidence = setAside(path);
    kept = soundContents(database, world, kind);
  } finally {
    database.close();
  }
  report(replace(path, world, kind, damage, evidence, kept));
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
function replace<Config, Result, Amount>(
  path: string,
  world: LedgerWorld,
  kind: LedgerKind<Config, Result, Amount>,
  damage: string,
  evidence: string,
  kept: Contents<Config, Result, Amount>,
): string {
  publish(path, world, kind, kept, (from, to) => {
    rmSync(`${to}-wal`, { force: true });
    rmSync(`${to}-shm`, { force: true });
    renameSync(from, to);
  });
  return `ledger "${path}" is damaged (${damage}): set aside as "${evidence}"; starting with its ${kept.runs.length} readable runs`;
}

/** Writes a whole ledger beside `path` and moves it there, so that no half-made one is ever seen. */
function publish<Config, Result, Amount>(
  path: string,
  world: LedgerWorld,
  kind: LedgerKind<Config, Result, Amount>,
  contents: Contents<Config, Result, Amount>,
  move: (from: string, to: string) => void,
): void {
  const draft = `${path}.new-${process.pid}`;
  rmSync(draft, { force: true });
  try {
    write(draft, world, kind, contents);
    move(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

function write<Config, Result, Amount>(
  path: string,
  world: LedgerWorld,
  kind: LedgerKind<Config, Result, Amount>,
  { accounts, runs, notes }: Contents<Config, Result, Amount>,
): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA synchronous = FULL; ${SCHEMA} ${NOTES}; BEGIN;`);
    database.prepare("INSERT INTO ledger VALUES (?)").run(worldText(world));
    const used = new Map<string, Amount>();
    const addRun = database.prepare("INSERT INTO runs VALUES (?, ?, ?, ?)");
    for (const run of runs) {
      addRun.run(run.order, run.key, kind.identityOf(run.config), runText(run, kind, world));
      used.set(run.key, kind.plus(used.get(run.key) ?? kind.zero, run.cost));
    }
    const addAccount = database.prepare("INSERT INTO accounts VALUES (?, ?, ?, ?)");
    for (const account of accounts) {
      const sum = kind.textOf(used.get(account.key) ?? kind.zero);
      addAccount.run(account.key, account.generation, sum, accountText(account, world));
    }
    const addNote = database.prepare("INSERT INTO notes VALUES (?, ?)");
    for (const { name, text } of notes) addNote.run(name, noteText(name, text, world));
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
