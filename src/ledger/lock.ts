import { DatabaseSync } from "node:sqlite";
import { UserError } from "../task/errors.ts";

export interface FileLock {
  release(): void;
}

/**
 * Locks a file against other processes until released. The lock is the operating system's, taken through SQLite on
 * `FILE.lock`: it ends with its process, even after a crash, so no stale lock can remain.
 *
 * @param what - what the file is, such as `journal`.
 * @throws UserError when another process holds it, or the folder cannot be written.
 */
export function lockFile(file: string, what: string): FileLock {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(`${file}.lock`, { timeout: 0 });
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    const reason = error instanceof Error ? error.message : String(error);
    if (/locked|busy/i.test(reason))
      throw new UserError(`${what} "${file}" is in use by another process: wait for it, or end it`);
    throw new UserError(`cannot lock ${what} "${file}": ${reason}; give --${what} a file in a folder you can write`);
  }
  const held = database;
  return { release: () => held.close() };
}
