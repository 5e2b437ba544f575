import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linkOf, readLink } from "../../site/playground/page/link.ts";
import { BUDGETS, STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";

const run = fc.record({
  dModel: fc.integer({ min: 64, max: 1024 }),
  numLayers: fc.integer({ min: 2, max: 24 }),
  numHeads: fc.integer({ min: 2, max: 16 }),
  batchSize: fc.constantFrom(128, 256),
  learningRate: fc.double({ min: 1e-4, max: 1e-3, noNaN: true }),
  trainFlops: fc.constantFrom(...BUDGETS, STANFORD_2025_TASK.target),
});
const loss = fc.double({ min: 1, max: 11, noNaN: true });
const submission = fc.record(
  {
    config: run,
    predictedLoss: loss,
    interval: fc.record({ level: fc.constant(0.9), low: loss, high: loss }),
  },
  { requiredKeys: ["config", "predictedLoss"] },
);
const state = fc.record(
  { world: fc.constantFrom("handout/smooth", "sealed/123456"), runs: fc.array(run), submission },
  { requiredKeys: ["world", "runs"] },
);

describe("a link", () => {
  it("carries the world, every run and the submission exactly", () => {
    fc.assert(
      fc.property(state, (given) => {
        expect(readLink(linkOf(given))).toEqual(given);
        expect(readLink(encodeURI(linkOf(given)))).toEqual(given);
      }),
    );
  });

  it("of any text is read without an error, and gives only whole configurations", () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."world=runs&submit_~.e19-%") }));
    fc.assert(
      fc.property(text, (given) => {
        for (const config of readLink(given).runs)
          for (const value of Object.values(config)) expect(value).toBeGreaterThan(0);
      }),
    );
  });
});
