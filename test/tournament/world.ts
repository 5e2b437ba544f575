import { presetDocument } from "../../src/surface/presets.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";

/** Worlds for tests of the tournament: the smooth one of the handout, under several names and seeds. */
export function worldsForTest(count: number): WorldDocument[] {
  const document = presetDocument("handout/smooth");
  return Array.from({ length: count }, (_, i) => ({ ...document, name: `test/${i}`, seed: document.seed + i }));
}
