import { existsSync } from "node:fs";
import { basename } from "node:path";
import { buildWorld } from "../surface/build-world.ts";
import { presetDocument, presetNames } from "../surface/presets.ts";
import { suiteNamed, suiteNames } from "../surface/suites/suites.ts";
import type { World } from "../surface/world.ts";
import type { WorldDocument } from "../surface/world-document.ts";
import { readJsonFile, readTextFile } from "../table/files.ts";
import { UserError, unknownName } from "../task/errors.ts";

/** The document of a preset, or of a world's JSON file. Throws a UserError for a name or file that is neither. */
export async function loadWorldDocument(nameOrFile: string): Promise<WorldDocument> {
  if (presetNames().includes(nameOrFile)) return presetDocument(nameOrFile);
  if (!existsSync(nameOrFile)) {
    if (/\.json$|^\.{0,2}\//.test(nameOrFile)) throw new UserError(`world file "${nameOrFile}" does not exist`);
    throw unknownName("world", nameOrFile, presetNames());
  }
  const { parseWorld } = await import("../surface/world-document.ts");
  return parseWorld(readJsonFile(nameOrFile, "world file"), nameOrFile);
}

export async function loadWorld(nameOrFile: string): Promise<World> {
  return buildWorld(await loadWorldDocument(nameOrFile));
}

/**
 * The worlds of a comma-separated list of suites: a suite by name or `full`, a JSON file with one world or a list of them,
 * or `replay:FILE`, a table of finished runs.
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

/** The worlds to rehearse on: a suite, by name or file (a family's too), or one world by name. */
export async function rehearsalWorlds(name: string): Promise<readonly WorldDocument[]> {
  return presetNames().includes(name) && !existsSync(name) ? [await loadWorldDocument(name)] : loadSuite(name);
}

async function loadOne(nameOrFile: string): Promise<readonly WorldDocument[]> {
  if (nameOrFile.startsWith("replay:")) {
    const file = nameOrFile.slice("replay:".length);
    const { replaySuite } = await import("../surface/replay/replay-suite.ts");
    return replaySuite(readTextFile(file, "table of finished runs"), basename(file));
  }
  if (nameOrFile === "full") return (await import("../surface/suites/full-suite.ts")).fullSuite();
  if (suiteNames().includes(nameOrFile) || !existsSync(nameOrFile)) return suiteNamed(nameOrFile);
  const { parseWorld } = await import("../surface/world-document.ts");
  const value = readJsonFile(nameOrFile, "suite file");
  const worlds = (worldsIn(value) ?? [value]).map((world, i) => parseWorld(world, `${nameOrFile}, world ${i + 1}`));
  if (worlds.length === 0) throw new UserError(`${nameOrFile}: a suite needs at least one world`);
  return worlds;
}

/** The worlds in a document of a family or a list of them; undefined for a single world. */
export function worldsIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const { worlds } = (value ?? {}) as { readonly worlds?: unknown };
  return Array.isArray(worlds) ? worlds : undefined;
}

/** The same world with another spending cap. */
export function withCap(document: WorldDocument, cap: number, task: { readonly cap: number }): WorldDocument {
  return { ...document, task: { ...task, cap } as Exclude<WorldDocument["task"], string> };
}
