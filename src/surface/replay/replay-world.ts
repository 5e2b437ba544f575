import { nonEmbeddingParameters } from "../../task/accounting.ts";
import type { RunConfig } from "../../task/configuration.ts";
import { STANFORD_2025_TASK } from "../../task/stanford-2025/task.ts";
import { lossesOn, many, single } from "../points.ts";
import { buildSurface } from "../surface.ts";
import type { World } from "../world.ts";
import type { WorldDocument } from "../world-document.ts";
import { nearestRun, type Table } from "./table.ts";

/**
 * A world that replays finished runs: answers are the losses of rows, with no other noise. The truth is the fitted
 * surface, where the document has one, else the row nearest to a submission.
 */
export function replayWorld(document: WorldDocument, { runs }: Table): World {
  const task = document.task === "stanford-2025" ? STANFORD_2025_TASK : document.task;
  const lossOf = (config: RunConfig) => nearestRun(runs, config).run.loss;
  const lossesOf = (configs: readonly RunConfig[]) => Float64Array.from(configs, lossOf);
  if (document.truth) {
    const expected = lossesOn(buildSurface(document.truth.surface), document.accounting);
    return {
      document,
      task,
      expectedLoss: single(expected),
      expectedLosses: many(expected),
      quantizedLoss: lossOf,
      answer: lossOf,
      answers: lossesOf,
      recordedLoss: () => undefined,
      replay: { nearest: (config) => nearestRun(runs, config) },
    };
  }
  return {
    document,
    task,
    expectedLoss: lossOf,
    expectedLosses: lossesOf,
    quantizedLoss: lossOf,
    answer: lossOf,
    answers: lossesOf,
    recordedLoss: () => undefined,
    replay: {
      nearest: (config) => nearestRun(runs, config),
      optimum(flops) {
        const { run } = nearestRun(runs, { ...(runs[0] as RunConfig), trainFlops: flops });
        const level = runs.filter(({ trainFlops }) => trainFlops === run.trainFlops);
        const { loss, ...config } = level.reduce((best, each) => (each.loss < best.loss ? each : best));
        return { config, loss };
      },
      bestLossAtSize(parameters) {
        const hidden = runs.filter(({ trainFlops }) => trainFlops === task.target);
        const gap = (run: RunConfig) => Math.abs(Math.log(nonEmbeddingParameters(run) / parameters));
        // Too many to be arguments of Math.min.
        const nearest = hidden.reduce((least, run) => Math.min(least, gap(run)), Number.POSITIVE_INFINITY);
        return hidden.reduce(
          (least, run) => (gap(run) <= nearest + 1e-9 ? Math.min(least, run.loss) : least),
          Number.POSITIVE_INFINITY,
        );
      },
    },
  };
}
