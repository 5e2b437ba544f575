import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument, presetNames } from "../../src/surface/presets.ts";
import { bestLossAtSize, optimumOf } from "../../src/surface/truth.ts";
import type { World } from "../../src/surface/world.ts";
import { questionOf } from "../../src/surface/world-document.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { type Rng, randomStream } from "../../src/task/random.ts";
import { inadmissibilities } from "../../src/task/submission.ts";

const worldNamed = (name: string) => buildWorld(presetDocument(name));
const SEARCHED = [
  "handout/smooth",
  "handout/01",
  "handout/16",
  "stanford-2025/central",
  "stanford-2025/04",
  "stanford-2025/printed",
  "misspecified/kaplan",
  "misspecified/three-term",
  "misspecified/large-alpha",
  "effects/learning-rate",
  "effects/shape",
  "effects/heads",
];

/** The best of many random submissions, then of random steps away from the best that get smaller and smaller. */
function bruteForce(world: World, rng: Rng): { readonly config: RunConfig; readonly loss: number } {
  const { admissible, target } = world.task;
  const logBetween = (low: number, high: number) => low * Math.exp(rng() * Math.log(high / low));
  const headsOf = (dModel: number) => {
    const divisors = Array.from({ length: dModel / 16 }, (_, i) => i + 1).filter((heads) => dModel % heads === 0);
    return divisors[Math.floor(rng() * divisors.length)] as number;
  };
  let best: { config: RunConfig; loss: number } | undefined;
  const consider = (dModel: number, numLayers: number, learningRate: number, batchSize: number) => {
    const config = { dModel, numLayers, numHeads: headsOf(dModel), batchSize, learningRate, trainFlops: target };
    if (inadmissibilities(config, admissible, target).length > 0) return;
    const loss = world.expectedLoss(config);
    if (!best || loss < best.loss) best = { config, loss };
  };
  for (let i = 0; i < 20000; i++)
    consider(
      Math.round(logBetween(...admissible.dModel)),
      Math.round(logBetween(...admissible.numLayers)),
      logBetween(...admissible.learningRate),
      rng() < 0.5 ? 128 : 256,
    );
  for (let i = 0; i < 20000; i++) {
    if (!best) break;
    const { dModel, numLayers, learningRate, batchSize } = best.config;
    const width = 0.5 * Math.exp((-6 * i) / 20000);
    consider(
      Math.round(dModel * Math.exp(width * (rng() - 0.5))),
      Math.round(numLayers * Math.exp(width * (rng() - 0.5))),
      learningRate * Math.exp(width * (rng() - 0.5)),
      rng() < 0.9 ? batchSize : 384 - batchSize,
    );
  }
  if (!best) throw new Error("no random submission was admissible");
  return best;
}

describe("the optimum of a world", () => {
  it.each(SEARCHED)("%s: no random search finds a lower loss, and one comes within a thousandth", (name) => {
    const world = worldNamed(name);
    const optimum = optimumOf(world);
    const found = bruteForce(world, randomStream(`test/${name}`));
    expect(optimum.loss).toBeLessThan(found.loss + 1e-6);
    expect(found.loss - optimum.loss).toBeLessThan(1e-3);
  });

  it.each(presetNames())("%s: is admissible and on no bound", (name) => {
    const world = worldNamed(name);
    const { admissible, target } = world.task;
    const { config, loss } = optimumOf(world);
    expect(inadmissibilities(config, admissible, target)).toEqual([]);
    expect(loss).toBe(world.expectedLoss(config));
    const { dModel, numLayers, learningRate, batchSize } = config;
    const { document } = world;
    // Where nothing depends on the shape, any aspect ratio is best; a fixed rate, and a fixed size, are no choice.
    const shaped = document.surface.layers.some(({ layer }) => layer === "shape");
    const sizes: [number, number] = [0, 1].map((end) =>
      nonEmbeddingParameters({ dModel: admissible.dModel[end]!, numLayers: admissible.numLayers[end]! }),
    ) as [number, number];
    const choices: [number, readonly [number, number]][] =
      questionOf(document) === "course"
        ? [
            [dModel, admissible.dModel],
            [numLayers, admissible.numLayers],
          ]
        : [[nonEmbeddingParameters(config), sizes]];
    if (questionOf(document) === "course" || shaped) choices.push([dModel / numLayers, admissible.aspectRatio]);
    if (
      document.surface.base.law !== "interaction" ||
      document.surface.layers.some(({ layer }) => layer === "learning-rate")
    )
      choices.push([learningRate, admissible.learningRate]);
    if (document.surface.layers.some(({ layer }) => layer === "batch-optimum"))
      choices.push([batchSize, [admissible.batchSizes[0]!, admissible.batchSizes.at(-1)!]]);
    for (const [value, [low, high]] of choices.filter(([, [low, high]]) => low < high)) {
      expect(value).toBeGreaterThan(low * 1.02);
      expect(value).toBeLessThan(high / 1.02);
    }
  });

  it("is computed once per world and budget", () => {
    const world = worldNamed("handout/smooth");
    expect(optimumOf(world)).toBe(optimumOf(world));
    expect(optimumOf(world, 1e17).config.trainFlops).toBe(1e17);
    expect(optimumOf(world, 1e17).loss).toBeGreaterThan(optimumOf(world).loss);
  });

  it("exists where every submission is untrained", () => {
    const { config, loss } = optimumOf(worldNamed("stanford-2025/central"), 1e12);
    expect(loss).toBeCloseTo(10.5424, 3);
    expect(config.trainFlops).toBe(1e12);
  });
});

describe("the best loss at a size", () => {
  it("is the optimum's at the best size and higher at any other", () => {
    for (const name of ["handout/smooth", "stanford-2025/central", "misspecified/kaplan"]) {
      const world = worldNamed(name);
      const { config, loss } = optimumOf(world);
      const size = nonEmbeddingParameters(config);
      expect(Math.abs(bestLossAtSize(world, size) - loss)).toBeLessThan(3e-4);
      expect(bestLossAtSize(world, size * 2)).toBeGreaterThan(loss + 0.005);
      expect(bestLossAtSize(world, size / 2)).toBeGreaterThan(loss + 0.005);
    }
  });
});
