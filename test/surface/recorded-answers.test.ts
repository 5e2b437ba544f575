import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scoreSubmission } from "../../src/experiment/score.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument, presetNames } from "../../src/surface/presets.ts";
import { HANDOUT_EXAMPLE } from "../../src/surface/recorded-answers.ts";
import { parseWorld, withRecordedAnswers } from "../../src/surface/world-document.ts";
import type { RunConfig } from "../../src/task/configuration.ts";

const config: RunConfig = {
  dModel: 512,
  numLayers: 8,
  numHeads: 8,
  batchSize: 128,
  learningRate: 1e-3,
  trainFlops: 1e17,
};
const plain = presetDocument("handout/smooth");

describe("recorded answers", () => {
  it("are given exactly in every repetition, and any other configuration gets the surface's answer", () => {
    const world = buildWorld(withRecordedAnswers(plain, [{ ...config, loss: 4.25 }]));
    const surface = buildWorld(plain);
    fc.assert(
      fc.property(fc.nat(20), fc.integer({ min: 64, max: 1024 }), (repetition, dModel) => {
        expect(world.answer(config, repetition)).toBe(4.25);
        const other = { ...config, dModel: dModel === 512 ? 513 : dModel };
        expect(world.answer(other, repetition)).toBe(surface.answer(other, repetition));
        expect(world.recordedLoss(other)).toBeUndefined();
      }),
    );
    expect(world.recordedLoss(config)).toBe(4.25);
  });

  it("leave the truth and the score of a submission to the surface", () => {
    const target = { ...config, trainFlops: plain.task === "stanford-2025" ? 1e19 : plain.task.target };
    const world = buildWorld(withRecordedAnswers(plain, [{ ...target, loss: 0.5 }]));
    const submission = { config: target, predictedLoss: 3 };
    expect(scoreSubmission(world, submission)).toEqual(scoreSubmission(buildWorld(plain), submission));
  });

  it("laid over a world win over those it has, and survive JSON", () => {
    const once = withRecordedAnswers(plain, [
      { ...config, loss: 4 },
      { ...config, dModel: 64, loss: 6 },
    ]);
    const twice = withRecordedAnswers(once, [{ ...config, loss: 5 }]);
    const world = buildWorld(parseWorld(JSON.parse(JSON.stringify(twice)), "a file"));
    expect([world.answer(config, 0), world.answer({ ...config, dModel: 64 }, 0)]).toEqual([5, 6]);
    expect(twice.recordedAnswers).toHaveLength(2);
  });

  it("with a loss that is no positive number are refused by name", () => {
    const bad = { ...plain, recordedAnswers: [{ ...config, loss: -1 }] };
    expect(() => parseWorld(bad, "mine.json")).toThrow(/mine\.json: recordedAnswers\.0\.loss/);
  });

  it("have the handout's printed example in every world of stanford-2025, and in no other", () => {
    const { loss, ...example } = HANDOUT_EXAMPLE;
    for (const name of presetNames()) {
      const world = buildWorld(presetDocument(name));
      if (name.startsWith("stanford-2025/")) expect([name, world.answer(example, 3)]).toEqual([name, loss]);
      else expect([name, world.document.recordedAnswers]).toEqual([name, undefined]);
    }
    expect(loss).toBe(9.07103488440561);
  });
});
