import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { nearestName, UserError } from "../task/errors.ts";
import type { TableSource } from "./rows.ts";

/**
 * The text of a file a user named; `what` says what it should hold.
 *
 * @throws UserError when it cannot be read, naming the file beside it with the nearest name.
 */
export function readTextFile(path: string, what: string): string {
  return readBytes(path, what).toString("utf8");
}

function readBytes(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EISDIR") throw new UserError(`cannot read ${what} "${path}": it is a folder; name a file`);
    if (code !== "ENOENT") throw new UserError(`cannot read ${what} "${path}": ${message}`);
    throw new UserError(`no ${what} "${path}"${nearestTo(path)}`);
  }
}

/** Longer texts are no strings in V8. */
const LONGEST = 500e6;

/**
 * The text of a table's file: UTF-8 or, as Excel saves it, UTF-16; also packed with gzip.
 *
 * @throws UserError when it cannot be read, or is a spreadsheet, an archive, or too long.
 */
export function readTableFile(path: string, what: string): TableSource {
  let bytes = readBytes(path, what);
  const name = basename(path);
  let note: string | undefined;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = gunzipSync(bytes, { maxOutputLength: LONGEST });
    } catch (error) {
      throw new UserError(`${path}: cannot be unpacked with gzip: ${(error as Error).message}`);
    }
    note = "unpacked with gzip";
  }
  const magic = bytes.subarray(0, 4).toString("latin1");
  if (magic.startsWith("PK\x03\x04"))
    throw new UserError(`${path}: a spreadsheet or a ZIP archive, not a table as text: export it as CSV`);
  if (magic === "PAR1") throw new UserError(`${path}: a Parquet file, not a table as text: export it as CSV`);
  if (bytes.length > LONGEST)
    throw new UserError(
      `${path}: ${Math.round(bytes.length / 1e6)} MB of text; ${LONGEST / 1e6} MB can be read: split it`,
    );
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return { name, text: bytes.toString(wide ? "utf16le" : "utf8"), ...(note !== undefined && { note }) };
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

/** The name nearest to one that is not there, when it is near. */
function nearestTo(path: string): string {
  try {
    const names = readdirSync(dirname(path), { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? entry.name : [],
    );
    const nearest = nearestName(basename(path), names);
    return nearest === undefined ? "" : `; did you mean "${join(dirname(path), nearest)}"?`;
  } catch {
    return `; there is no folder "${dirname(path)}"`;
  }
}
