import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import type { AnsweredRun, RunConfig } from "../../src/task/configuration.ts";
import { identityOf } from "../../src/task/configuration.ts";
import { randomStream } from "../../src/task/random.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import { inadmissibilities } from "../../src/task/submission.ts";
import { ANNEALED } from "../../strategies/champion/annealed.ts";
import { believe, concludeFrom } from "../../strategies/champion/beliefs.ts";
import { candidateRuns, openingRuns, shapesAt } from "../../strategies/champion/candidates.ts";
import { followRuns, uncertaintyNow } from "../../strategies/champion/design.ts";
import { effectsOf } from "../../strategies/champion/effects.ts";
import { familiesFor } from "../../strategies/champion/families.ts";
import { GATED } from "../../strategies/champion/gated.ts";
import { ALL_INGREDIENTS } from "../../strategies/champion/ingredients.ts";
import { fitMixture } from "../../strategies/champion/mixture.ts";
import { logFeaturesOf } from "../../strategies/champion/surface-family.ts";
import { strategyNamed } from "../../strategies/index.ts";

const BUDGETS = [3e14, 1e15, 1e16, 1e17];
/** Trained shapes and rates at several budgets. */
const CONFIGS: RunConfig[] = BUDGETS.flatMap((trainFlops) =>
  shapesAt(trainFlops, STANFORD_2025_TASK, true, 9).flatMap((shape) =>
    [1e-4, 5e-4, 1e-3].map((learningRate) => ({
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
  const PARTS = { ...ALL_INGREDIENTS, tight: false };
  const LOG_TARGET = Math.log(STANFORD_2025_TASK.target);
  const expensive = CONFIGS.filter(({ trainFlops }) => trainFlops >= 1e15);
  const families = familiesFor(STANFORD_2025_TASK);

  it.each([
    ["stanford-2025/central", ANNEALED.name],
    ["misspecified/gated", GATED.name],
  ])("on %s puts most weight on the family that generated it", (world, name) => {
    const { fitted } = fitMixture(answersOf(presetDocument(world), expensive), families, PARTS, LOG_TARGET);
    expect(fitted[0]?.family.name).toBe(name);
    expect(fitted.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it("gives a family more to be off by where the answers are of another surface", () => {
    const scaleOn = (world: string) =>
      fitMixture(answersOf(presetDocument(world), expensive), [GATED], PARTS, LOG_TARGET).fitted[0]?.scale;
    expect(scaleOn("misspecified/gated")).toBeLessThan(scaleOn("stanford-2025/central") as number);
  });
});

describe("what runs would tell", () => {
  const expensive = answersOf(presetDocument("handout/smooth"), CONFIGS).filter(({ trainFlops }) => trainFlops > 1e15);
  const task = STANFORD_2025_TASK;
  const beliefs = believe(expensive, task, ALL_INGREDIENTS)!;
  const problem = { mixture: beliefs.mixture, bounds: beliefs.bounds, task, aim: "both" } as const;
  const asked = new Set(expensive.map(identityOf));
  const purchases = candidateRuns(task, true)
    .filter((query) => !asked.has(identityOf(query)))
    .flatMap((query) => followRuns({ ...problem, candidates: [query] }));

  it("is never less certain than without them", () => {
    const now = uncertaintyNow(problem);
    expect(purchases.length).toBeGreaterThan(10);
    for (const { after } of purchases) {
      expect(after.lossSd).toBeLessThanOrEqual(now.lossSd + 1e-9);
      expect(after.regret).toBeLessThanOrEqual(now.regret + 1e-9);
    }
  });

  it("is more of the loss at the target for a run at the top than for a cheap one", () => {
    const best = (flops: number) =>
      Math.min(...purchases.flatMap(({ query, after }) => (query.trainFlops === flops ? [after.lossSd] : [])));
    expect(best(6e17)).toBeLessThan(best(1e16));
  });

  it("leads to an admissible submission, from families whose weights add up to one", () => {
    const submission = concludeFrom(beliefs, task, ALL_INGREDIENTS, randomStream("a"));
    expect(inadmissibilities(submission.config, task.admissible, task.target)).toEqual([]);
    expect(beliefs.mixture.fitted.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it("is nothing where there are none: the submission is the literature's", () => {
    expect(believe([], task, ALL_INGREDIENTS)).toBeUndefined();
    expect(strategyNamed("champion").recommend([], task, randomStream("a")).law).toContain("√(C/120)");
  });
});

describe("effects", () => {
  it("are those that the task lets vary", () => {
    const { task } = buildWorld(presetDocument("real-tables/hoffmann-epoch-1"));
    expect(effectsOf(task)).toEqual({ rate: false, batch: "none", shape: false, fewSteps: false });
    expect(effectsOf(buildWorld(presetDocument("recipes/oellm-1")).task)).toMatchObject({
      rate: true,
      batch: "interior",
    });
    expect(effectsOf(STANFORD_2025_TASK)).toMatchObject({ rate: true, batch: "critical", fewSteps: true });
  });
});

describe("the opening runs of the champion", () => {
  it("lie on the grid of trained runs, so that no two queries get the same row", () => {
    const candidates = candidateRuns(STANFORD_2025_TASK, true);
    for (const { dModel, numLayers, learningRate } of openingRuns(candidates, [], STANFORD_2025_TASK)) {
      expect([64, 128, 256, 512, 768, 1024]).toContain(dModel);
      expect([2, 4, 8, 12, 16, 24]).toContain(numLayers);
      expect([1e-4, 5e-4, 1e-3]).toContain(learningRate);
    }
  });

  it("are distinct rows of a finished table", () => {
    const rows = CONFIGS.map((config, i) => ({ ...config, batchSize: 128 + i }));
    const asked = openingRuns(rows, [], { ...STANFORD_2025_TASK, candidates: rows });
    expect(asked.length).toBeGreaterThan(5);
    expect(new Set(asked.map(identityOf)).size).toBe(asked.length);
    for (const { reason, ...row } of asked) expect(rows).toContainEqual(row);
  });

  it("are few where the history says as much", () => {
    const candidates = candidateRuns(STANFORD_2025_TASK, true);
    const opening = openingRuns(candidates, [], STANFORD_2025_TASK);
    expect(openingRuns(candidates, CONFIGS, STANFORD_2025_TASK).length).toBeLessThan(opening.length);
  });
});
