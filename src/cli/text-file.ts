import { readdirSync, readFileSync } from "node:fs";
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
