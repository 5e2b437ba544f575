import type { RunConfig } from "../task/configuration.ts";
import { STANFORD_2025_TASK } from "../task/stanford-2025/task.ts";
import { buildResiduals, type Cell, quantiser } from "./answers.ts";
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
  const cellOf = answers.kind === "smooth" ? undefined : quantiser(answers, seed);
  const recordedLoss = recordedLosses(document.recordedAnswers);
  const addNoise = buildNoise(noise, seed);
  const addResiduals = answers.kind === "smooth" ? undefined : buildResiduals(answers, seed, untrainedLoss);

  const cells: (Cell | undefined)[] = [];
  const stands: RunConfig[] = [];
  const corners: RunConfig[] = [];
  const clean = new Float64Array(BLOCK);
  const surfaceAnswers: Losses = (configs, from, count, losses, repetition) => {
    if (!cellOf || !addResiduals) {
      expected(configs, from, count, clean, repetition);
      addNoise(configs, from, count, repetition, clean, losses);
      return;
    }
    for (let i = 0; i < count; i++) {
      const config = configs[from + i]!;
      const cell = cellOf(config);
      cells[i] = cell;
      stands[i] = cell?.stand ?? config;
      corners[i] = cell?.corner ?? config;
    }
    expected(stands, 0, count, clean, repetition);
    addNoise(corners, 0, count, repetition, clean, losses);
    addResiduals(cells, corners, count, clean, losses);
  };
  const surfaceAnswer = single(surfaceAnswers);
  const manyAnswers = many(surfaceAnswers);

  const task = document.task === "stanford-2025" ? STANFORD_2025_TASK : document.task;
  return {
    document,
    task,
    expectedLoss,
    expectedLosses: many(expected),
    quantizedLoss: (config) => expectedLoss(cellOf?.(config)?.stand ?? config),
    answer: (config, repetition) => recordedLoss(config) ?? surfaceAnswer(config, repetition),
    answers(configs, repetition) {
      const losses = manyAnswers(configs, repetition);
      for (let i = 0; i < losses.length; i++) losses[i] = recordedLoss(configs[i]!) ?? losses[i]!;
      return losses;
    },
    recordedLoss,
  };
}
