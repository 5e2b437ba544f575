import { existsSync } from "node:fs";
import { presetNames } from "../../surface/presets.ts";
import type { WorldDocument } from "../../surface/world-document.ts";
import { loadSuite } from "../compare/suite.ts";
import { loadWorldDocument } from "../load-world.ts";

/** The worlds to rehearse on: those of a suite, by name or file (a family's too), or one world by name. */
export async function rehearsalWorlds(word: string): Promise<readonly WorldDocument[]> {
  return presetNames().includes(word) && !existsSync(word) ? [await loadWorldDocument(word)] : loadSuite(word);
}
