import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import type { AnsweredRun, RunConfig } from "../../src/task/configuration.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import { gradientAt, gradientsAt } from "../../strategies/believing/laplace.ts";
import { ANNEALED } from "../../strategies/champion/annealed.ts";
import { GATED } from "../../strategies/champion/gated.ts";
import { ALL_INGREDIENTS } from "../../strategies/champion/ingredients.ts";
import { LAYERED } from "../../strategies/champion/layered.ts";
import { fitMixture } from "../../strategies/champion/mixture.ts";
import { askedRates, askedShapes, openingQueries } from "../../strategies/champion/queries.ts";
import { logFeaturesOf } from "../../strategies/champion/surface-family.ts";

const BUDGETS = [3e14, 1e15, 1e16, 1e17];
/** Trained shapes and rates at several budgets. */
const CONFIGS: RunConfig[] = BUDGETS.flatMap((trainFlops) =>
  askedShapes(trainFlops, STANFORD_2025_TASK, 4, true).flatMap((shape) =>
    askedRates(STANFORD_2025_TASK, true).map((learningRate) => ({
      ...shape,
      learningRate,
      batchSize: 128,
      trainFlops,
    })),
  ),
);

function answersOf(document: WorldDocument, configs: readonly RunConfig[]): AnsweredRun[] {
  const world = buildWorld(document);
  return configs.map((config) => ({ ...config, status: "ok", loss: world.answer(config, 0) }));
}

describe("the annealed family of the champion", () => {
  it("agrees at its prior mean with the average of the calibrated draws, also after few steps", () => {
    const draws = Array.from({ length: 32 }, (_, i) =>
      buildWorld(presetDocument(`stanford-2025/${String(i + 1).padStart(2, "0")}`)),
    );
    const surface = ANNEALED.surfaceAt(Float64Array.from(ANNEALED.prior.mean));
    for (const config of CONFIGS) {
      const mean = draws.reduce((sum, world) => sum + world.expectedLoss(config), 0) / draws.length;
      expect(Math.abs(surface(logFeaturesOf(config)) - mean), JSON.stringify(config)).toBeLessThan(0.06);
    }
  });
});

describe("the champion's mixture", () => {
  const expensive = CONFIGS.filter(({ trainFlops }) => trainFlops >= 1e15);

  it.each([
    ["stanford-2025/central", ANNEALED.name],
    ["misspecified/gated", GATED.name],
    ["handout/smooth", LAYERED[0]!.name],
  ])("on %s puts most weight on the family that generated it", (world, name) => {
    const { fitted } = fitMixture(answersOf(presetDocument(world), expensive), ALL_INGREDIENTS);
    expect(fitted[0]?.family.name).toBe(name);
    expect(fitted.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it("lets cheap runs count less where they contradict expensive ones, and only there", () => {
    const runs = answersOf(presetDocument("handout/smooth"), CONFIGS);
    // Cheap runs of another making: a quarter of a nat up and down by turns.
    const spoiled = runs.map((run, i) =>
      run.trainFlops < 1e16 ? { ...run, loss: run.loss + (i % 2 === 0 ? 0.25 : -0.25) } : run,
    );
    const scatterOf = (of: readonly AnsweredRun[]) => fitMixture(of, ALL_INGREDIENTS).scatter.perLog;
    expect(scatterOf(spoiled)).toBeGreaterThan(scatterOf(runs));
    expect(fitMixture(spoiled, { ...ALL_INGREDIENTS, regimeGuard: false }).scatter.perLog).toBe(scatterOf(runs));
  });
});

describe("the opening queries of the champion", () => {
  it("lie on the grid of trained runs, so that no two queries get the same row", () => {
    for (const { dModel, numLayers, learningRate } of openingQueries(STANFORD_2025_TASK, true)) {
      expect([64, 128, 256, 512, 768, 1024]).toContain(dModel);
      expect([2, 4, 8, 12, 16, 24]).toContain(numLayers);
      expect([1e-4, 5e-4, 1e-3]).toContain(learningRate);
    }
  });

  it("start a table of finished runs with its cheapest rows, spread in size", () => {
    const rows = CONFIGS.map((config, i) => ({ ...config, batchSize: 128 + i }));
    const asked = openingQueries({ ...STANFORD_2025_TASK, candidates: rows }, true);
    expect(asked).toHaveLength(12);
    const dearest = rows.map(({ trainFlops }) => trainFlops).sort((a, b) => a - b)[23] as number;
    for (const { reason, ...row } of asked) {
      expect(rows).toContainEqual(row);
      expect(row.trainFlops).toBeLessThanOrEqual(dearest);
    }
  });
});

describe("gradients of many functions at once", () => {
  it("are those of each by itself", () => {
    const x = Float64Array.from(GATED.prior.mean);
    const features = CONFIGS.slice(0, 6).map(logFeaturesOf);
    const together = gradientsAt((at) => features.map(GATED.surfaceAt(at)), x);
    for (const [i, each] of features.entries())
      expect(together[i]).toEqual(gradientAt((at) => GATED.surfaceAt(at)(each), x));
  });
});
