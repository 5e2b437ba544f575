// What fixed learning rates cost on development worlds of the endpoint, and whether runs below the target show the best
// one (docs/champion.md):
//   node --import tsx benchmarks/champion/rates.ts [worlds]

import { chinchillaSize } from "../../src/law/chinchilla.ts";
import { quantile } from "../../src/statistics/quantile.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import type { World } from "../../src/surface/world.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { drawWorlds } from "./draws.ts";

const RATES = [5e-4, 8e-4, 1e-3, 1.5e-3, 1.75e-3, 2e-3, 2.5e-3];
/** A trained shape of about the target's published size, and what its runs cost. */
const LARGE = { dModel: 1024, numLayers: 24, numHeads: 16, batchSize: 128, trainFlops: 3e17 };

const count = Number(process.argv[2] ?? 40);
for (const family of ["gated", "stanford-2025"] as const) {
  const worlds = drawWorlds("development", family, count).map((document) => buildWorld(document));
  const print = (of: readonly number[]) => [0.1, 0.5, 0.9].map((p) => quantile(of, p).toFixed(4)).join(" / ");
  const gaps = worlds.map(
    ({ expectedLoss }) =>
      expectedLoss({ ...LARGE, learningRate: 5e-4 }) - expectedLoss({ ...LARGE, learningRate: 1e-3 }),
  );
  console.log(`${family}: 10 % / median / 90 % of ${count} worlds; 5e-4 less 1e-3 at 3e8 parameters: ${print(gaps)}`);
  console.log(`  best rate ${print(worlds.map((world) => 1000 * optimumOf(world).config.learningRate))} e-3`);
  for (const rate of RATES)
    console.log(
      `  ${rate} costs ${print(worlds.map((world) => regretAt(world, nonEmbeddingParameters(optimumOf(world).config), rate)))} at the best size,`,
      `${print(worlds.map((world) => regretAt(world, chinchillaSize(world.task.target), rate)))} at √(C/120)`,
    );
}

/** The regret of a size and rate at the best shape and batch. */
function regretAt(world: World, N: number, learningRate: number): number {
  const { config, loss } = optimumOf(world);
  const aspect = config.dModel / config.numLayers;
  const numLayers = Math.cbrt(N / (12 * aspect * aspect));
  const shape = { dModel: aspect * numLayers, numLayers, numHeads: Math.max(1, (aspect * numLayers) / 64) };
  return world.expectedLoss({ ...config, ...shape, learningRate }) - loss;
}
