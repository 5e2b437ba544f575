import { DatabaseSync } from "node:sqlite";
import { UserError } from "../../task/errors.ts";

/**
 * Keeps every other process off a journal until released. The lock is the operating system's, taken through SQLite on
 * `FILE.lock`: it ends with the process that holds it, however that ends, so that none is ever left behind.
 *
 * @throws UserError when another process holds it.
 */
export function lockJournal(file: string): { release(): void } {
  const database = new DatabaseSync(`${file}.lock`, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!(error instanceof Error && /locked|busy/i.test(error.message))) throw error;
    throw new UserError(`journal "${file}" is in use by another process: wait for it, or end it`);
  }
  return { release: () => database.close() };
}
