import fc from "fast-check";
import { expect, it } from "vitest";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument, presetNames } from "../../src/surface/presets.ts";
import { fullSuite } from "../../src/surface/suites/full-suite.ts";
import type { World } from "../../src/surface/world.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { apiConfigs } from "./points.ts";

const WORLDS = [...presetNames().map(presetDocument), ...fullSuite()];
const between = (min: number, max: number) => fc.double({ min: Math.log(min), max: Math.log(max), noNaN: true });

/** Inside the API's box and far beyond it, on its grid and off, with and without a step. */
const config: fc.Arbitrary<RunConfig> = fc.oneof(
  fc.constantFrom(...apiConfigs(500)),
  fc.record({
    dModel: fc.constantFrom(64, 256, 768, 1024),
    numLayers: fc.constantFrom(2, 8, 12, 24),
    numHeads: fc.constantFrom(2, 16),
    batchSize: fc.constantFrom(128, 256),
    learningRate: fc.constantFrom(1e-4, 5e-4, 1e-3),
    trainFlops: fc.constantFrom(1e13, 6e15, 1e16, 1e18),
  }),
  fc.record({
    dModel: between(32, 8192).map(Math.exp),
    numLayers: fc.integer({ min: 1, max: 64 }),
    numHeads: fc.integer({ min: 1, max: 64 }),
    batchSize: fc.integer({ min: 1, max: 2048 }),
    learningRate: between(1e-7, 1).map(Math.exp),
    trainFlops: between(1e9, 1e22).map(Math.exp),
  }),
);

it("answers of many configurations are those of each alone, bit for bit, in every world", () => {
  const built = new Map<string, World>();
  const lists = fc.array(config, { maxLength: 150, size: "max" });
  fc.assert(
    fc.property(fc.constantFrom(...WORLDS), lists, fc.nat(9), (document, configs, repetition) => {
      const world = built.get(document.name) ?? buildWorld(document);
      built.set(document.name, world);
      const alone = configs.map((each) => [world.expectedLoss(each), world.answer(each, repetition)]);
      const [losses, answers] = [world.expectedLosses(configs), world.answers(configs, repetition)];
      expect(configs.map((_, i) => [losses[i], answers[i]])).toEqual(alone);
    }),
    { numRuns: 300 },
  );
});
