import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/surface/build-world.ts";
import { sealedWorld } from "../../src/surface/suites/sealed.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import { parseWorld } from "../../src/surface/world-document.ts";

describe("a sealed world", () => {
  const worlds = Array.from({ length: 60 }, (_, seed) => sealedWorld(seed));

  it("is a valid world named by its seed, the same for the same seed", () => {
    for (const [seed, world] of worlds.entries()) {
      expect(world.name).toBe(`sealed/${seed}`);
      expect(parseWorld(JSON.parse(JSON.stringify(world)), world.name)).toEqual(world);
      expect(sealedWorld(seed)).toEqual(world);
    }
  });

  it("differs from seed to seed in law, best size and noise", () => {
    const laws = new Set(worlds.map(({ surface }) => surface.base.law));
    expect(laws.size).toBeGreaterThan(4);
    const widths = new Set(worlds.map((world) => optimumOf(buildWorld(world)).config.dModel));
    expect(widths.size).toBeGreaterThan(30);
    expect(new Set(worlds.map(({ seed }) => seed)).size).toBe(worlds.length);
  });
});
