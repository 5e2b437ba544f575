import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { hashFiles } from "./code-hash.ts";

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
