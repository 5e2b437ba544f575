// Writes the worlds that are drawn rather than calibrated, and shows what they are like:
//   node --import tsx benchmarks/presets/generate.ts
// The calibrated family is written by
//   npm run --silent isoflop -- calibrate ../shared/data/training-api/answers.json --draws 32 --out src/surface/presets/stanford-2025.json
import { writeFileSync } from "node:fs";
import { buildWorld } from "../../src/surface/build-world.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { effects } from "./effects.ts";
import { handout } from "./handout.ts";
import { misspecified } from "./misspecified.ts";

const FAMILIES: Readonly<Record<string, readonly WorldDocument[]>> = {
  handout: handout(),
  misspecified: misspecified(),
  effects: effects(),
};

console.log(
  "world                        N*/√(C/120) at 1e19  1e17    loss at 1e19  1e17   1e15   η*       d/L  batch",
);
for (const [name, worlds] of Object.entries(FAMILIES)) {
  const file = new URL(`../../src/surface/presets/${name}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(worlds, null, 1)}\n`);
  for (const document of worlds) {
    const world = buildWorld(document);
    const [top, middle, low] = [1e19, 1e17, 1e15].map((flops) => ({ flops, ...optimumOf(world, flops) }));
    if (!top || !middle || !low) continue;
    const ratio = ({ config, flops }: typeof top) =>
      (nonEmbeddingParameters(config) / Math.sqrt(flops / 120)).toFixed(2);
    console.log(
      `${document.name.padEnd(36)} ${ratio(top).padStart(8)} ${ratio(middle).padStart(8)} ${[top, middle, low].map(({ loss }) => loss.toFixed(3).padStart(8)).join("")}  ${top.config.learningRate.toExponential(1)}  ${(top.config.dModel / top.config.numLayers).toFixed(0).padStart(4)}  ${top.config.batchSize}`,
    );
  }
}
