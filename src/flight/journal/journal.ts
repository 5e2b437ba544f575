import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  realpathSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { lockFile } from "../../ledger/lock.ts";
import { makeFolders } from "../../table/files.ts";
import { UserError } from "../../task/errors.ts";
import { type JournalContents, readJournal } from "./read.ts";
import {
  type AnyRecord,
  type EntryOf,
  FIRST_SEAL,
  type JournalHeader,
  type JournalRecord,
  journalLine,
} from "./record.ts";

/** A journal that could not be written to: its last record may be missing. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}

/** The record of a live run: append-only, on the disk before `append` returns. */
export interface Journal<R extends AnyRecord = JournalRecord> {
  readonly file: string;
  readonly header: JournalHeader;
  /** Everything in it, in the order written; grows with `append`. */
  readonly records: readonly R[];
  /** Writes a record and returns when it is on the disk. Throws a JournalError when it may not be. */
  append(entry: EntryOf<R>): void;
  /** Releases it for other processes. */
  close(): void;
}

/** What is left of a last line that a crash cut short; every edition has it. */
interface Torn {
  readonly kind: "torn";
  readonly text: string;
}

interface JournalDependencies {
  /** The time of day. */
  readonly now: () => Date;
  /** Writes all bytes to an open file and waits for the disk; a test may fail here. */
  readonly write: (descriptor: number, bytes: Buffer) => void;
}

const ON_DISK: JournalDependencies = { now: () => new Date(), write: writeDurably };

/**
 * Opens a journal, or makes it with this header where there is none. A last line that a crash cut short is removed and
 * kept as a record of its own.
 *
 * @throws UserError for a damaged journal, one that another process has open, or a folder that cannot be written.
 */
export function openJournal<R extends AnyRecord = JournalRecord>(
  name: string,
  header: Omit<JournalHeader, "kind" | "schema" | "at">,
  dependencies: Partial<JournalDependencies> = {},
): Journal<R> {
  const { now, write } = { ...ON_DISK, ...dependencies };
  return explained(name, () => {
    makeFolders(dirname(name));
    // One file with two names must have one lock.
    const file = existsSync(name) ? realpathSync(name) : name;
    const lock = lockFile(file, "journal");
    try {
      if (!existsSync(file))
        createJournal(file, { kind: "journal", schema: 1, ...header, at: now().toISOString() }, write);
      return { ...journalOver(file, readJournal<R>(file) as JournalContents<R>, now, write, lock.release), file: name };
    } catch (error) {
      lock.release();
      throw error;
    }
  });
}

/** The first line is whole or missing: it is written to another file that is then linked into place. */
function createJournal(file: string, header: JournalHeader, write: JournalDependencies["write"]): void {
  const aside = `${file}.new`;
  rmSync(aside, { force: true });
  const descriptor = openSync(aside, "ax", 0o600);
  try {
    write(descriptor, Buffer.from(journalLine(header, FIRST_SEAL).line, "latin1"));
  } finally {
    closeSync(descriptor);
  }
  linkSync(aside, file);
  rmSync(aside);
  syncFolder(dirname(file));
}

function journalOver<R extends AnyRecord>(
  file: string,
  contents: JournalContents<R>,
  now: () => Date,
  write: JournalDependencies["write"],
  release: () => void,
): Journal<R> {
  const descriptor = openSync(file, "r+");
  const appending = openSync(file, "a");
  const records = [...contents.records];
  let { seal } = contents;
  let sound = true;
  const append = (entry: EntryOf<R> | Torn): void => {
    // Half a line may be on the disk, and a line after it would be damage: so the journal must be read again.
    if (!sound) throw new JournalError(`journal "${file}" could not be written to and must be opened again`);
    const record = { at: now().toISOString(), ...entry } as unknown as R;
    const next = journalLine(record, seal);
    sound = false;
    try {
      write(appending, Buffer.from(next.line, "latin1"));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new JournalError(`journal "${file}" cannot be written to: ${code}; nothing more is sent`, {
        cause: error,
      });
    }
    sound = true;
    seal = next.seal;
    records.push(record);
  };
  if (contents.torn.length > 0) {
    ftruncateSync(descriptor, contents.length);
    append({ kind: "torn", text: contents.torn.toString("latin1") });
  } else if (contents.unended) write(appending, Buffer.from("\n"));
  closeSync(descriptor);
  return {
    file,
    header: contents.header,
    records,
    append,
    close() {
      // A later append must not write to another file that gets the same descriptor.
      sound = false;
      closeSync(appending);
      release();
    },
  };
}

function writeDurably(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
  fdatasyncSync(descriptor);
}

/** A new name in a folder is on the disk only when the folder is. */
function syncFolder(folder: string): void {
  // Windows has no way to open a folder for this.
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function explained<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code && /^(EACCES|EPERM|ENOTDIR|EISDIR|EROFS|ENOSPC|ENOENT|EEXIST|EFBIG|EDQUOT|EIO)$/.test(code))
      throw new UserError(`cannot use journal "${file}": ${code}; give --journal a file in a folder you can write`);
    throw error;
  }
}
