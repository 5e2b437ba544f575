import { unknownName } from "../../task/errors.ts";
import family from "../presets/stanford-2026.json" with { type: "json" };
import type { JobWorldDocument } from "./world-document.ts";

/** The worlds of jobs that come with the package, by name. A test checks every one of them against the schema. */
const PRESETS: ReadonlyMap<string, JobWorldDocument> = new Map(
  (family.worlds as unknown as JobWorldDocument[]).map((world) => [world.name, world]),
);

/** The world that `serve --edition 2026` uses unless another is named. */
export const DEFAULT_JOB_WORLD = "stanford-2026/central";

export function jobPresetNames(): string[] {
  return [...PRESETS.keys()];
}

/** @throws UserError that names the nearest world where there is none of this name. */
export function jobPresetDocument(name: string): JobWorldDocument {
  const preset = PRESETS.get(name);
  if (!preset) throw unknownName("world of jobs", name, jobPresetNames());
  return preset;
}
