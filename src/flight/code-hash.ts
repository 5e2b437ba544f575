import { hash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

import packageJson from "../../package.json" with { type: "json" };

/** The folders that decide what is asked and submitted, when the code runs from its sources. */
const ROOMS = "{src/task,src/law,src/statistics,src/fit,src/training-api,src/experiment,src/flight,strategies}/**/*.ts";

/** The version of this package and the SHA-256 of the files that it runs from. */
export function codeHash(): { readonly version: string; readonly hash: string } {
  const here = fileURLToPath(import.meta.url);
  const root = packageRoot(here);
  const built = relative(root, here).split(sep)[0] === "dist";
  return {
    version: packageJson.version,
    hash: hashFiles(root, globSync(built ? "dist/**/*.js" : ROOMS, { cwd: root })),
  };
}

/** The SHA-256 over the names and contents of files, in the order of their names. */
function hashFiles(root: string, files: readonly string[]): string {
  const list = files.map((file) => [file.split(sep).join("/"), hash("sha256", readFileSync(join(root, file)))]);
  return hash("sha256", JSON.stringify(list.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1))));
}

/** The folder of the package that a file belongs to. */
export function packageRoot(file: string): string {
  const folder = dirname(file);
  return existsSync(join(folder, "package.json")) ? folder : packageRoot(folder);
}

/** A module and all that it imports by a relative path, as absolute paths, the module first. */
export function moduleFiles(entry: string): string[] {
  const found = new Set<string>([resolve(entry)]);
  // A set is walked in the order of insertion, new members too.
  for (const file of found) {
    const source = readFileSync(file, "utf8");
    for (const [, specifier] of source.matchAll(/(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g)) {
      const imported = resolve(dirname(file), specifier as string);
      if (existsSync(imported)) found.add(imported);
    }
  }
  return [...found];
}

/** The SHA-256 of a module and its relative imports, wherever they lie. */
export function moduleHash(entry: string): string {
  const root = dirname(resolve(entry));
  return hashFiles(
    root,
    moduleFiles(entry).map((file) => relative(root, file)),
  );
}
