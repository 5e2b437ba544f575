import { unknownName } from "../task/errors.ts";
import effects from "./presets/effects.json" with { type: "json" };
import handout from "./presets/handout.json" with { type: "json" };
import misspecified from "./presets/misspecified.json" with { type: "json" };
import realLaws from "./presets/real-laws.json" with { type: "json" };
import realTables from "./presets/real-tables.json" with { type: "json" };
import recipes from "./presets/recipes.json" with { type: "json" };
import stanford from "./presets/stanford-2025.json" with { type: "json" };
import stanfordPrinted from "./presets/stanford-2025-printed.json" with { type: "json" };
import { HANDOUT_EXAMPLE } from "./recorded-answers.ts";
import type { WorldDocument } from "./world-document.ts";

/** The worlds that come with the package, by name. A test checks every one of them against the schema. */
const PRESETS: ReadonlyMap<string, WorldDocument> = new Map(
  (
    [
      ...handout,
      ...stanford.worlds,
      stanfordPrinted,
      ...misspecified,
      ...effects,
      ...realLaws,
      ...realTables,
      ...recipes,
    ] as unknown as WorldDocument[]
  ).map((world) => [
    world.name,
    world.name.startsWith("stanford-2025/") ? { ...world, recordedAnswers: [HANDOUT_EXAMPLE] } : world,
  ]),
);

/** The world that `serve` uses unless another is named. */
export const DEFAULT_WORLD = "handout/smooth";

/**
 * The names of the worlds that come with the package.
 *
 * @example
 * ```ts
 * import { presetNames } from "isoflop";
 * presetNames().slice(0, 2); // ["handout/smooth", "handout/01"]
 * ```
 */
export function presetNames(): string[] {
  return [...PRESETS.keys()];
}

/**
 * The world of this name that comes with the package, as data; `buildWorld` makes it answer.
 *
 * @throws UserError that names the nearest world where there is none of this name.
 *
 * @example
 * ```ts
 * import { presetDocument } from "isoflop";
 * presetDocument("handout/smooth").accounting; // "handout"
 * presetDocument("handout/smoth"); // throws UserError
 * ```
 */
export function presetDocument(name: string): WorldDocument {
  const preset = PRESETS.get(name);
  if (!preset) throw unknownName("world", name, presetNames());
  return preset;
}
