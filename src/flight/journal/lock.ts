import { DatabaseSync } from "node:sqlite";
import { UserError } from "../../task/errors.ts";

/**
 * Locks a journal against other processes until released. The lock is the operating system's, taken through SQLite on
 * `FILE.lock`: it ends with its process, even after a crash, so no stale lock can remain.
 *
 * @throws UserError when another process holds it, or the folder cannot be written.
 */
export function lockJournal(file: string): { release(): void } {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(`${file}.lock`, { timeout: 0 });
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    const reason = error instanceof Error ? error.message : String(error);
    if (/locked|busy/i.test(reason))
      throw new UserError(`journal "${file}" is in use by another process: wait for it, or end it`);
    throw new UserError(`cannot lock journal "${file}": ${reason}; give --journal a file in a folder you can write`);
  }
  const held = database;
  return { release: () => held.close() };
}
