import { unknownName } from "../task/errors.ts";
import { presetDocument } from "./presets.ts";
import type { WorldDocument } from "./world-document.ts";

/** Lists of worlds that strategies are compared on (docs/surface.md, "Suites"). */
const SUITES: Readonly<Record<string, readonly string[]>> = {
  default: ["handout/smooth", "stanford-2025/central"],
  smoke: ["handout/smooth", "stanford-2025/central"],
};

/** The suite used unless another is named. */
export const DEFAULT_SUITE = "default";

export function suiteNames(): string[] {
  return Object.keys(SUITES);
}

/** The worlds of a suite; throws a UserError that names the nearest suite when there is none of that name. */
export function suiteNamed(name: string): WorldDocument[] {
  const worlds = SUITES[name];
  if (!worlds) throw unknownName("suite", name, suiteNames());
  return worlds.map(presetDocument);
}
