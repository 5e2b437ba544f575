import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { closest, distance } from "fastest-levenshtein";
import { UserError } from "../task/errors.ts";

/**
 * The text of a file a user named; `what` says what it should hold.
 *
 * @throws UserError when it cannot be read, naming the file beside it with the nearest name.
 */
export function readTextFile(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw new UserError(`cannot read ${what} "${path}": ${message}`);
    throw new UserError(`no ${what} "${path}"${nearestTo(path)}`);
  }
}

/**
 * The JSON of a file a user named.
 *
 * @throws UserError when it cannot be read or holds something else.
 */
export function readJsonFile(path: string, what: string): unknown {
  const text = readTextFile(path, what);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path}: not JSON: ${(error as Error).message}`);
  }
}

/**
 * Makes the folder results are to go to, before the work they come from.
 *
 * @throws UserError when it cannot be made.
 */
export function makeFolder(folder: string): void {
  try {
    makeFolders(folder);
  } catch (error) {
    throw new UserError(`cannot write to folder "${folder}": ${(error as Error).message}`);
  }
}

/** As `makeFolder`, for the folder of a file. */
export function makeFolderOf(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`cannot write "${file}": it is a folder`);
  makeFolder(dirname(file));
}

/**
 * Makes a folder with those it lies in, where they are missing. Step by step: Node's own recursive mkdir never returns
 * where a file system knows no new names, as /proc does.
 *
 * @throws the file system's error, with its code.
 */
export function makeFolders(folder: string): void {
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolders(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The name closest to one that is not there, when it is close. */
function nearestTo(path: string): string {
  const wanted = basename(path);
  try {
    const names = readdirSync(dirname(path), { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? entry.name : [],
    );
    const nearest = names.length > 0 ? closest(wanted, names) : "";
    return distance(wanted, nearest) <= wanted.length / 3 ? `; did you mean "${join(dirname(path), nearest)}"?` : "";
  } catch {
    return `; there is no folder "${dirname(path)}"`;
  }
}
