import { existsSync } from "node:fs";
import { buildWorld } from "../surface/build-world.ts";
import { presetDocument, presetNames } from "../surface/presets.ts";
import type { World } from "../surface/world.ts";
import type { WorldDocument } from "../surface/world-document.ts";
import { readJsonFile } from "../table/files.ts";
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
