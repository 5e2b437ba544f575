// Writes the presets that are drawn, not calibrated (format them with `npm run format` afterwards):
//   node --import tsx benchmarks/presets/generate.ts
// The calibrated family is written by
//   npm run --silent isoflop -- calibrate ../shared/data/training-api/answers.json --draws 32 --out
// src/surface/presets/stanford-2025.json
import { writeFileSync } from "node:fs";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { effects } from "./effects.ts";
import { handout } from "./handout.ts";
import { misspecified } from "./misspecified.ts";

const FAMILIES: Readonly<Record<string, readonly WorldDocument[]>> = {
  handout: handout(),
  misspecified: misspecified(),
  effects: effects(),
};

for (const [name, worlds] of Object.entries(FAMILIES)) {
  const file = new URL(`../../src/surface/presets/${name}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(worlds, null, 2)}\n`);
}
