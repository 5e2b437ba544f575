import type { RunConfig } from "../task/configuration.ts";
import { STANFORD_2025_TASK } from "../task/stanford-2025/task.ts";
import { quantiser, residualOf } from "./answers.ts";
import { noiseOf } from "./noise.ts";
import { emptyPoint, fillPoint } from "./point.ts";
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
  const surface = buildSurface(document.surface);
  const point = emptyPoint();
  const expectedLoss = (config: RunConfig) => surface(fillPoint(point, config, accounting));

  const cellOf = answers.kind === "smooth" ? undefined : quantiser(answers, seed);

  const recordedLoss = recordedLosses(document.recordedAnswers);

  const answer = (config: RunConfig, repetition: number): number => {
    const recorded = recordedLoss(config);
    if (recorded !== undefined) return recorded;
    if (answers.kind === "smooth" || !cellOf) {
      const loss = expectedLoss(config);
      return loss + noiseOf(noise, seed, repetition, config, loss);
    }
    const cell = cellOf(config);
    const corner = cell?.corner ?? config;
    const loss = expectedLoss(cell?.stand ?? config);
    const run = loss + noiseOf(noise, seed, repetition, corner, loss);
    return cell ? run + residualOf(answers, seed, cell, loss, untrainedLoss) : run;
  };

  const quantizedLoss = (config: RunConfig): number => expectedLoss(cellOf?.(config)?.stand ?? config);

  const task = document.task === "stanford-2025" ? STANFORD_2025_TASK : document.task;
  return { document, task, expectedLoss, quantizedLoss, answer, recordedLoss };
}
