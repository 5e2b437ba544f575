import { STANFORD_2025_TASK } from "../task/stanford-2025/task.ts";
import { buildResiduals, locator, Place } from "./answers.ts";
import { buildNoise } from "./noise.ts";
import { BLOCK, type Losses, lossesOn, many, single } from "./points.ts";
import { recordedLosses } from "./recorded-answers.ts";
import { replayWorld } from "./replay/replay-world.ts";
import { buildSurface } from "./surface.ts";
import type { World } from "./world.ts";
import type { WorldDocument } from "./world-document.ts";

/**
 * The world that a valid document describes. The same document gives the same answers, bit for bit, on any machine.
 *
 * @example
 * ```ts
 * import { buildWorld, presetDocument } from "isoflop";
 * const world = buildWorld(presetDocument("handout/smooth"));
 * const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15 };
 * world.task.cap; // 2e18
 * world.expectedLoss(config); // 9.8849
 * world.answer(config, 0); // 9.8798
 * ```
 */
export function buildWorld(document: WorldDocument): World {
  const { accounting, answers, noise, seed } = document;
  const { base, untrainedLoss } = document.surface;
  if (base.law === "table") return replayWorld(document, base);
  const expected = lossesOn(buildSurface(document.surface), accounting);
  const expectedLoss = single(expected);
  const locate = answers.kind === "smooth" ? undefined : locator(answers, seed);
  const recordedLoss = recordedLosses(document.recordedAnswers);
  const addNoise = buildNoise(noise, seed);
  const addResiduals = answers.kind === "smooth" ? undefined : buildResiduals(answers, seed, untrainedLoss);

  const places = locate ? Array.from({ length: BLOCK }, () => new Place()) : [];
  const stands = places.map(({ stand }) => stand);
  const corners = places.map(({ corner }) => corner);
  const clean = new Float64Array(BLOCK);
  const surfaceAnswers: Losses = (configs, from, count, losses, repetition) => {
    if (!locate || !addResiduals) {
      expected(configs, from, count, clean, repetition);
      addNoise(configs, from, count, repetition, clean, losses);
      return;
    }
    for (let i = 0; i < count; i++) locate(configs[from + i]!, places[i]!);
    expected(stands, 0, count, clean, repetition);
    addNoise(corners, 0, count, repetition, clean, losses);
    addResiduals(places, corners, count, clean, losses);
  };
  const surfaceAnswer = single(surfaceAnswers);
  const manyAnswers = many(surfaceAnswers);

  const task = document.task === "stanford-2025" ? STANFORD_2025_TASK : document.task;
  return {
    document,
    task,
    expectedLoss,
    expectedLosses: many(expected),
    quantizedLoss(config) {
      if (!locate) return expectedLoss(config);
      locate(config, places[0]!);
      return expectedLoss(stands[0]!);
    },
    answer: (config, repetition) => recordedLoss(config) ?? surfaceAnswer(config, repetition),
    answers(configs, repetition) {
      const losses = manyAnswers(configs, repetition);
      if (!document.recordedAnswers?.length) return losses;
      for (let i = 0; i < losses.length; i++) losses[i] = recordedLoss(configs[i]!) ?? losses[i]!;
      return losses;
    },
    recordedLoss,
  };
}
