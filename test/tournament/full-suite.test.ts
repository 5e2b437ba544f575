import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/surface/build-world.ts";
import { fullSuite } from "../../src/surface/suites/full-suite.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import { parseWorld } from "../../src/surface/world-document.ts";

describe("the full suite", () => {
  const worlds = fullSuite();

  it("has at least 400 valid worlds with names and seeds of their own", () => {
    expect(worlds.length).toBeGreaterThanOrEqual(400);
    expect(new Set(worlds.map(({ name }) => name)).size).toBe(worlds.length);
    for (const world of worlds) expect(() => parseWorld(JSON.parse(JSON.stringify(world)), world.name)).not.toThrow();
  });

  it("has its best sizes inside what may be submitted, spread over a decade", () => {
    const shares = worlds.map((document) => {
      const world = buildWorld(document);
      const { config } = optimumOf(world);
      const { dModel, numLayers, learningRate, aspectRatio } = world.task.admissible;
      for (const [value, [low, high]] of [
        [config.dModel, dModel],
        [config.numLayers, numLayers],
        [config.learningRate, learningRate],
        [config.dModel / config.numLayers, aspectRatio],
      ] as const) {
        expect(value).toBeGreaterThan(low * 1.001);
        expect(value).toBeLessThan(high * 0.999);
      }
      return (12 * config.numLayers * config.dModel * config.dModel) / Math.sqrt(1e19 / 120);
    });
    expect(Math.min(...shares)).toBeLessThan(0.35);
    expect(Math.max(...shares)).toBeGreaterThan(2.3);
  });
});
