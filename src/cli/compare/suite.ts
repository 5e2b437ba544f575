import { existsSync } from "node:fs";
import { basename } from "node:path";
import { replaySuite } from "../../surface/replay/replay-suite.ts";
import { suiteNamed, suiteNames } from "../../surface/suites/suites.ts";
import type { WorldDocument } from "../../surface/world-document.ts";
import { readJsonFile, readTextFile } from "../../table/files.ts";
import { UserError } from "../../task/errors.ts";

/** The suite of `--full`. */
export const FULL = "full";

/**
 * The worlds to be played on, of one suite or several with commas between: a suite by name or `full`, a JSON file that
 * holds one world or a list of them, or `replay:FILE`, a table of finished runs.
 *
 * @throws UserError for an unknown name, a file that holds something else, or two worlds of one name.
 */
export async function loadSuite(list: string): Promise<readonly WorldDocument[]> {
  const suites = existsSync(list) ? [list] : list.split(",").map((name) => name.trim());
  const worlds: WorldDocument[] = [];
  for (const suite of suites) worlds.push(...(await loadOne(suite)));
  const twice = worlds.find(({ name }, i) => worlds.findIndex((other) => other.name === name) !== i);
  if (twice) throw new UserError(`--suite ${list}: two worlds are named "${twice.name}"`);
  return worlds;
}

async function loadOne(nameOrFile: string): Promise<readonly WorldDocument[]> {
  if (nameOrFile.startsWith("replay:")) {
    const file = nameOrFile.slice("replay:".length);
    return replaySuite(readTextFile(file, "table of finished runs"), basename(file));
  }
  if (nameOrFile === FULL) return (await import("../../surface/suites/full-suite.ts")).fullSuite();
  if (suiteNames().includes(nameOrFile) || !existsSync(nameOrFile)) return suiteNamed(nameOrFile);
  const { parseWorld } = await import("../../surface/world-document.ts");
  const worlds = listIn(nameOrFile).map((world, i) => parseWorld(world, `${nameOrFile}, world ${i + 1}`));
  if (worlds.length === 0) throw new UserError(`${nameOrFile}: a suite needs at least one world`);
  return worlds;
}

function listIn(file: string): unknown[] {
  const value = readJsonFile(file, "suite file");
  const { worlds } = (value ?? {}) as { readonly worlds?: unknown };
  return Array.isArray(value) ? value : Array.isArray(worlds) ? worlds : [value];
}

/** The same world with another cap on what may be spent. */
export function withCap(document: WorldDocument, cap: number, task: { readonly cap: number }): WorldDocument {
  return { ...document, task: { ...task, cap } as Exclude<WorldDocument["task"], string> };
}
