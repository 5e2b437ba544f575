import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { informationLimit, leavesOf, vagueBelief, withLeaf } from "../../src/tournament/analysis/information-limit.ts";

const law = { law: "chinchilla", E: 1.8, A: 480, B: 2080, alpha: 0.35, beta: 0.366 } as const;
const smooth = presetDocument("handout/smooth");
/** A law alone: neither the learning rate nor the shape matters. */
const bare: WorldDocument = { ...smooth, surface: { base: law, layers: [], untrainedLoss: 10.54 } };
const run = (dModel: number, numLayers: number, trainFlops: number): RunConfig => ({
  dModel,
  numLayers,
  numHeads: 8,
  batchSize: 128,
  learningRate: 5e-4,
  trainFlops,
});
const someRun = fc
  .tuple(fc.constantFrom(128, 256, 512, 1024), fc.integer({ min: 2, max: 24 }), fc.constantFrom(1e16, 1e17, 1e18))
  .map(([d, L, C]) => run(d, L, C));

describe("what runs can tell at best", () => {
  it("is without any the spread of the prior along the gradient of the law, known in closed form", () => {
    const { config, loss } = optimumOf(buildWorld(bare));
    const N = nonEmbeddingParameters(config);
    const D = config.trainFlops / (6 * N);
    const [size, data] = [law.A * N ** -law.alpha, law.B * D ** -law.beta];
    const gradient = [law.E, size, data, -law.alpha * Math.log(N) * size, -law.beta * Math.log(D) * data];
    // The saturation at the untrained loss bends what is below it: the same power mean for every constant.
    const scale = derivativeOfSaturation(bare, config, loss);
    const sd = 0.3 * scale * Math.hypot(...gradient);
    expect(informationLimit(bare, [], vagueBelief(bare))?.lossSd).toBeCloseTo(sd, 3);
  });

  it("is never less for having more runs, on any kind of surface", () => {
    const worlds = [bare, smooth, presetDocument("stanford-2025/central"), presetDocument("misspecified/farseer")];
    fc.assert(
      fc.property(fc.constantFrom(...worlds), fc.array(someRun, { minLength: 1, maxLength: 8 }), (world, runs) => {
        const fewer = informationLimit(world, runs.slice(1), vagueBelief(world));
        const more = informationLimit(world, runs, vagueBelief(world));
        expect(more!.lossSd).toBeLessThanOrEqual(fewer!.lossSd * (1 + 1e-6));
        expect(more!.regret).toBeLessThanOrEqual(fewer!.regret * (1 + 1e-6) + 1e-12);
      }),
      { numRuns: 40 },
    );
  });

  it("is for one constant in doubt the regret of deciding by values of it too high and too low", () => {
    const world = buildWorld(smooth);
    const { loss } = optimumOf(world);
    const leaves = leavesOf(smooth.surface);
    const sd = 0.03;
    // These move the best size, and with it the best rate: an H without what lies off its diagonal is off by a fifth.
    for (const constant of ["alpha", "beta"]) {
      const doubted = leaves.findIndex((leaf) => leaf.join(".") === `base.${constant}`);
      const regrets = [sd, -sd].map((by) => {
        const surface = withLeaf(smooth.surface, leaves[doubted]!, Math.exp(by));
        return world.expectedLoss(optimumOf(buildWorld({ ...smooth, surface })).config) - loss;
      });
      const covariance = new Float64Array(leaves.length * leaves.length);
      for (let i = 0; i < leaves.length; i++) covariance[i * leaves.length + i] = i === doubted ? sd * sd : 1e-12;
      const expected = (regrets[0]! + regrets[1]!) / 2;
      expect(informationLimit(smooth, [], { covariance })!.regret / expected, constant).toBeCloseTo(1, 1);
    }
  });

  it("comes to nothing in noise and in regret when runs without end cover sizes and budgets", () => {
    const grid = [128, 256, 512, 1024].flatMap((d) =>
      [2, 8, 24].flatMap((L) => [1e15, 1e16, 1e17, 1e18].map((C) => run(d, L, C))),
    );
    const once = informationLimit(bare, grid, vagueBelief(bare))!;
    const often = informationLimit(bare, Array.from({ length: 400 }, () => grid).flat(), vagueBelief(bare))!;
    expect(often.lossSd / once.lossSd).toBeCloseTo(1 / 20, 1);
    expect(often.regret / once.regret).toBeLessThan(0.01);
  });
});

function derivativeOfSaturation(document: WorldDocument, config: RunConfig, loss: number): number {
  const raised = { ...document, surface: { ...document.surface, base: { ...law, E: law.E + 1e-4 } } };
  return (buildWorld(raised).expectedLoss(config) - loss) / 1e-4;
}
