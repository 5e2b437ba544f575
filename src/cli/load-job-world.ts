import { existsSync } from "node:fs";
import { jobPresetDocument, jobPresetNames } from "../surface/stanford-2026/presets.ts";
import { type JobWorldDocument, parseJobWorld } from "../surface/stanford-2026/world-document.ts";
import { readJsonFile } from "../table/files.ts";
import { unknownName } from "../task/errors.ts";

/**
 * The document of a world of jobs: a preset, a file, or a world of a family's file (`FAMILY.json#central`).
 *
 * @throws UserError for a name or file that is none of them.
 */
export function loadJobWorldDocument(nameOrFile: string): JobWorldDocument {
  const [, file = nameOrFile, member = "central"] = /^(.+)#([^#]+)$/.exec(nameOrFile) ?? [];
  if (jobPresetNames().includes(nameOrFile) || !existsSync(file)) return jobPresetDocument(nameOrFile);
  const value = readJsonFile(file, "world file");
  const family = worldsIn(value);
  if (!family) return parseJobWorld(value, nameOrFile);
  const worlds = family.map((world, i) => parseJobWorld(world, `${file}, world ${i + 1}`));
  const found = worlds.find(({ name }) => name === member || name.endsWith(`/${member}`));
  if (!found)
    throw unknownName(
      `world of ${file}`,
      member,
      worlds.map(({ name }) => name),
    );
  return found;
}

/** All worlds that a name or file means: those of a family's file, or the one. */
export function loadJobWorldDocuments(nameOrFile: string): readonly JobWorldDocument[] {
  if (!existsSync(nameOrFile)) return [loadJobWorldDocument(nameOrFile)];
  const value = readJsonFile(nameOrFile, "world file");
  return (worldsIn(value) ?? [value]).map((world, i) => parseJobWorld(world, `${nameOrFile}, world ${i + 1}`));
}

/** Whether a name or file means a world of jobs. */
export function isJobWorld(nameOrFile: string): boolean {
  if (jobPresetNames().includes(nameOrFile)) return true;
  const file = nameOrFile.replace(/#[^#]+$/, "");
  if (!existsSync(file)) return false;
  const value = readJsonFile(file, "world file");
  const [first = value] = worldsIn(value) ?? [];
  return (first as { readonly schema?: unknown } | null)?.schema === "isoflop-job-world/1";
}

/** The worlds in a document of a family or a list of them; undefined for a single world. */
export function worldsIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const { worlds } = (value ?? {}) as { readonly worlds?: unknown };
  return Array.isArray(worlds) ? worlds : undefined;
}
