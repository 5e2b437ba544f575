import { createHash } from "node:crypto";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { suiteNamed } from "../../src/surface/suites/suites.ts";
import { apiConfigs } from "./points.ts";

/** A digest of every bit of many answers of worlds of every kind. */
export function answersDigest(): string {
  const hash = createHash("sha256");
  const worlds = [
    ...suiteNamed("misspecified"),
    ...["handout/smooth", "stanford-2025/07", "stanford-2025/printed", "effects/tree"].map(presetDocument),
  ];
  for (const document of worlds) {
    const world = buildWorld(document);
    hash.update(Float64Array.from(apiConfigs(2000), (config) => world.answer(config, 1)));
  }
  return hash.digest("hex");
}
