import { unknownName } from "../task/errors.ts";
import handoutSmooth from "./presets/handout-smooth.json" with { type: "json" };
import stanfordCentral from "./presets/stanford-2025-central.json" with { type: "json" };
import type { WorldDocument } from "./world-document.ts";

/** The worlds that come with the package. A test holds every one of them against the schema. */
const PRESETS = [handoutSmooth, stanfordCentral] as unknown as readonly WorldDocument[];

/** The world `serve` starts with. */
export const DEFAULT_WORLD = "handout/smooth";

export function presetNames(): string[] {
  return PRESETS.map(({ name }) => name);
}

/** The preset of this name; throws a UserError that names the nearest one when there is none. */
export function presetDocument(name: string): WorldDocument {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  if (!preset) throw unknownName("world", name, presetNames());
  return preset;
}
