import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/surface/build-world.ts";
import { saturated } from "../../src/surface/layers/few-steps.ts";
import { presetDocument, presetNames } from "../../src/surface/presets.ts";
import { suiteNamed, suiteNames } from "../../src/surface/suites/suites.ts";
import { floorOf } from "../../src/surface/surface.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import { parseWorld, questionOf } from "../../src/surface/world-document.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";

const configs = fc.record({
  dModel: fc.integer({ min: 64, max: 4096 }),
  numLayers: fc.integer({ min: 2, max: 64 }),
  numHeads: fc.integer({ min: 2, max: 16 }),
  batchSize: fc.constantFrom(128, 256),
  learningRate: fc.double({ min: -5, max: -2, noNaN: true }).map((x) => 10 ** x),
  trainFlops: fc.double({ min: 12, max: 21, noNaN: true }).map((x) => Math.round(10 ** x)),
});

describe.each(presetNames())("the world %s", (name) => {
  const document = presetDocument(name);
  const world = buildWorld(document);
  const { base, untrainedLoss, layers } = document.surface;
  const corrected = layers.some(({ layer }) => layer === "residual");
  // Saturation lowers every loss a little, so the floor too; a polynomial over a law may go below it by any amount.
  const saturation = layers.find((layer) => layer.layer === "few-steps");
  const floor = saturation ? saturated(floorOf(base), untrainedLoss, saturation.sharpness) : floorOf(base);

  it("passes the schema, as JSON", () => {
    expect(parseWorld(JSON.parse(JSON.stringify(document)), name)).toEqual(document);
  });

  it("expects a finite loss, above its floor and at most that of an untrained model", () => {
    fc.assert(
      fc.property(configs, (config) => {
        const loss = world.expectedLoss(config);
        expect(loss).toBeGreaterThan(corrected ? 0 : floor);
        expect(loss).toBeLessThanOrEqual(untrainedLoss);
      }),
      { numRuns: 200 },
    );
  });

  it("answers every query with a finite loss", () => {
    fc.assert(
      fc.property(configs, fc.nat(5), (config, repetition) => {
        expect(Number.isFinite(world.answer(config, repetition))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  // Where the best learning rate or batch moves with the tokens, more compute at a fixed one may overshoot it.
  const moves = (optimum: { readonly D: number; readonly C: number }) => optimum.D !== 0 || optimum.C !== 0;
  const monotone = !(corrected || layers.some((layer) => "optimum" in layer && moves(layer.optimum)));
  if (!monotone) return;
  it("expects no higher loss from more compute at the same configuration", () => {
    fc.assert(
      fc.property(configs, fc.double({ min: 1, max: 100, noNaN: true }), (config, factor) => {
        const more = { ...config, trainFlops: Math.round(config.trainFlops * factor) };
        expect(world.expectedLoss(more)).toBeLessThanOrEqual(world.expectedLoss(config) + 2e-5);
      }),
      { numRuns: 100 },
    );
  });
});

describe("suites", () => {
  it("hold worlds of different names, each of them a preset", () => {
    for (const suite of suiteNames()) {
      const names = suiteNamed(suite).map((world) => world.name);
      expect(new Set(names).size).toBe(names.length);
      expect(presetNames()).toEqual(expect.arrayContaining(names));
    }
  });

  it("mix all families of the course question in course, which default also means, and five kinds of worlds in smoke", () => {
    const families = new Set(suiteNamed("default").map((world) => world.name.split("/")[0]));
    expect([...families].toSorted()).toEqual(["effects", "handout", "misspecified", "real-laws", "stanford-2025"]);
    expect(suiteNamed("default")).toEqual(suiteNamed("course"));
    for (const [suite, question] of [
      ["course", "course"],
      ["table", "table"],
      ["recipe", "recipe"],
    ] as const)
      expect(new Set(suiteNamed(suite).map(questionOf))).toEqual(new Set([question]));
    const kinds = suiteNamed("smoke").map((world) => `${world.surface.base.law}/${world.answers.kind}`);
    expect(new Set(kinds).size).toBe(5);
  });

  it("have 32 calibrated draws whose floors span the range that the data allow", () => {
    const floors = suiteNamed("stanford-2025").flatMap(({ surface, tags }) =>
      tags.includes("draw") ? floorOf(surface.base) : [],
    );
    expect(floors).toHaveLength(32);
    expect(Math.min(...floors)).toBeLessThan(0.1);
    expect(Math.max(...floors)).toBeGreaterThan(2.2);
  });

  it("have best sizes of handout worlds within a factor of ten around √(C/120)", () => {
    const ratios = suiteNamed("handout").map((document) => {
      const world = buildWorld(document);
      return nonEmbeddingParameters(optimumOf(world).config) / Math.sqrt(world.task.target / 120);
    });
    expect(Math.min(...ratios)).toBeLessThan(0.35);
    expect(Math.max(...ratios)).toBeGreaterThan(2.7);
  });

  it("have a best learning rate that the API accepts in most handout and effects worlds", () => {
    const worlds = [...suiteNamed("handout"), ...suiteNamed("effects")];
    const within = worlds.filter((document) => {
      const { learningRate } = optimumOf(buildWorld(document)).config;
      return learningRate >= 1e-4 && learningRate <= 1e-3;
    });
    expect(within.length / worlds.length).toBeGreaterThan(0.8);
  });

  it("names the nearest suite", () => {
    expect(() => suiteNamed("handuot")).toThrow(/unknown suite "handuot"; did you mean "handout"\?/);
  });
});

it.each(
  [...suiteNamed("misspecified"), presetDocument("stanford-2025/central")].map(
    (document) => [document.name, document] as const,
  ),
)("%s expects the untrained loss where the budget is below one step", (_, document) => {
  const world = buildWorld({ ...document, accounting: "stanford-2025" });
  const config = { dModel: 1024, numLayers: 24, numHeads: 16, batchSize: 256, learningRate: 1e-3, trainFlops: 1e13 };
  expect(world.expectedLoss(config)).toBe(document.surface.untrainedLoss);
});

it("a world gives the same answers, bit for bit, however often it is built and in whatever order it is queried", () => {
  const names = ["handout/smooth", "stanford-2025/03", "effects/tree"];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(configs, { minLength: 2, maxLength: 8 }), (name, asked) => {
      const [one, other] = [buildWorld(presetDocument(name)), buildWorld(presetDocument(name))];
      const forwards = asked.map((config) => one.answer(config, 2));
      const backwards = asked.toReversed().map((config) => other.answer(config, 2));
      expect(backwards.toReversed()).toEqual(forwards);
    }),
    { numRuns: 50 },
  );
});
