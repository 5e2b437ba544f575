import { unknownName } from "../../task/errors.ts";
import { presetDocument, presetNames } from "../presets.ts";
import type { WorldDocument } from "../world-document.ts";
import { JOB_SUITES } from "./job-suites.ts";

/** Suites that are a whole family of presets: every world whose name begins with theirs. */
const FAMILIES = [
  "handout",
  "stanford-2025",
  "misspecified",
  "effects",
  "real-laws",
  "real-tables",
  "recipes",
] as const;

/** Suites that pick worlds by name (docs/surface.md, "Suites"). */
const PICKED: Readonly<Record<string, readonly string[]>> = {
  course: [
    "handout/smooth",
    "handout/02",
    "handout/04",
    "handout/07",
    "handout/09",
    "handout/12",
    "handout/14",
    "handout/16",
    "stanford-2025/central",
    "stanford-2025/02",
    "stanford-2025/07",
    "stanford-2025/12",
    "stanford-2025/16",
    "stanford-2025/21",
    "stanford-2025/26",
    "stanford-2025/31",
    "misspecified/kaplan",
    "misspecified/farseer",
    "misspecified/three-term",
    "misspecified/broken-size",
    "misspecified/small-alpha",
    "misspecified/large-alpha",
    "effects/learning-rate",
    "effects/divergence",
    "effects/batch",
    "effects/tree",
    "effects/noise",
    "effects/outliers",
    ...family("real-laws"),
  ],
  table: family("real-tables"),
  recipe: family("recipes"),
  smoke: [
    "handout/smooth",
    "stanford-2025/central",
    "misspecified/kaplan",
    "misspecified/broken-size",
    "effects/floor",
  ],
};

/** The suite used unless another is named. */
export const DEFAULT_SUITE = "course";
/** What suites are also called. */
const ALIASES: Readonly<Record<string, string>> = { default: "course" };

function family(name: string): string[] {
  return presetNames().filter((world) => world.startsWith(`${name}/`));
}

/**
 * The names of the suites that come with the package.
 *
 * @example
 * ```ts
 * import { suiteNames } from "isoflop";
 * suiteNames().slice(0, 2); // ["course", "table"]
 * ```
 */
export function suiteNames(): string[] {
  return [...Object.keys(PICKED), ...FAMILIES];
}

/** Whether a suite has this name, or is also called so. */
export function isSuite(name: string): boolean {
  return suiteNames().includes(name) || name in ALIASES;
}

/**
 * The worlds of a suite, as data.
 *
 * @throws UserError that names the nearest suite where there is none of this name.
 *
 * @example
 * ```ts
 * import { buildWorld, suiteNamed } from "isoflop";
 * const worlds = suiteNamed("smoke").map(buildWorld);
 * worlds.length; // 5
 * suiteNamed("smok"); // throws UserError
 * ```
 */
export function suiteNamed(name: string): WorldDocument[] {
  const picked = PICKED[ALIASES[name] ?? name];
  if (picked) return picked.map(presetDocument);
  if (!(FAMILIES as readonly string[]).includes(name))
    throw unknownName("suite", name, [...suiteNames(), ...Object.keys(ALIASES), ...JOB_SUITES]);
  return family(name).map(presetDocument);
}
