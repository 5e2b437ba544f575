import { nonEmbeddingParameters } from "../src/task/accounting.ts";
import { answered, type Run, type RunConfig } from "../src/task/configuration.ts";
import { formatFlops } from "../src/task/quantity.ts";
import { violationOf } from "../src/task/search-space.ts";
import type { Query, Strategy } from "../src/task/strategy.ts";
import { inadmissibilities, type Submission } from "../src/task/submission.ts";
import type { Task } from "../src/task/task.ts";
import { Budget, noteOnRest } from "./asking/index.ts";
import { literatureSubmission, toSubmission } from "./believing/index.ts";
import { extrapolateOptima, type LowestRun, lowestOf } from "./reading/index.ts";

const BATCH_SIZE = 256;
const PROBE = { shape: { dModel: 768, numLayers: 12, numHeads: 12 }, flops: 1e16, learningRates: [1e-4, 3e-4, 8e-4] };
const LEVELS = [
  {
    flops: 1e17,
    shapes: shapes([6, 512, 8], [8, 768, 12], [12, 768, 12], [10, 1024, 16], [16, 1024, 16], [24, 1024, 16]),
  },
  { flops: 3e17, shapes: shapes([8, 768, 12], [10, 1024, 16], [16, 1024, 16], [24, 1024, 16]) },
];
/** Width and heads of the submitted model; the size decides its depth. */
const SUBMITTED = { dModel: 1024, numHeads: 16 };

/** The hypothetical submission of the write-up, which tests grade. */
export const WRITE_UP_SUBMISSION: Submission = {
  config: { dModel: 1024, numLayers: 22, numHeads: 16, batchSize: 256, learningRate: 3e-4, trainFlops: 1e19 },
  predictedLoss: 2.85,
};

/**
 * Idea: tune the learning rate at 1e16 FLOPs, fix the best, sweep sizes at 1e17 and 3e17, and fit a power law through
 * the two minima. Where a task does not allow all of its runs, it buys those that are allowed.
 * Source: the plan of a student's write-up of the 2025 assignment, with exactly its table of runs; it spends 1.83e18,
 * and the write-up's hypothetical submission is WRITE_UP_SUBMISSION. Knobs: none.
 * Fails when the best learning rate moves with scale, when a minimum lies at the edge of a level (no level is widened),
 * and because two points fit any power law: neither noise nor curvature shows.
 */
export const twoStageIsoflops: Strategy = {
  name: "two-stage-isoflops",
  summary: "learning rate at 1e16, sizes at 1e17 and 3e17, power law through the two minima (a student's plan)",
  fixedRuns: true,

  *queries(task) {
    const budget = new Budget(task);
    const allowed = (query: Query) => violationOf(query, task.searchSpace) === undefined;
    const probes = PROBE.learningRates.map((learningRate) => ({
      ...configuration(PROBE.shape, learningRate, PROBE.flops),
      reason: `learning rate ${learningRate}, tuned at 1e16 on 12 layers of 768`,
    }));
    const learningRate = bestLearningRate(yield* budget.buy(probes.filter(allowed)));
    for (const { flops, shapes } of LEVELS) {
      const level = shapes.map((shape) => ({
        ...configuration(shape, learningRate, flops),
        reason: `size ${shape.numLayers}×${shape.dModel} of the ${formatFlops(flops)} level`,
      }));
      yield* budget.buy(level.filter(allowed));
    }
    return noteOnRest(budget, task, "its runs are fixed");
  },

  recommend(runs, task) {
    const minima = LEVELS.flatMap(({ flops }) => lowest(runs, flops) ?? []);
    if (minima.length === 0) return literatureSubmission(task, runs);
    const { N, loss, law } = extrapolateOptima(minima, task.target, "log");
    const learningRate = bestLearningRate(runs);
    const config = {
      ...SUBMITTED,
      numLayers: clampedLayers(N, task),
      ...{ batchSize: BATCH_SIZE, learningRate, trainFlops: task.target },
    };
    // Where a task's bounds exclude it, the nearest admissible submission.
    if (inadmissibilities(config, task.admissible, task.target).length > 0)
      return toSubmission({ N, loss, learningRate, batchSize: BATCH_SIZE, law }, task);
    return { config, predictedLoss: loss, law };
  },
};

function shapes(...rows: readonly (readonly [numLayers: number, dModel: number, numHeads: number])[]) {
  return rows.map(([numLayers, dModel, numHeads]) => ({ numLayers, dModel, numHeads }));
}

function configuration(shape: (typeof PROBE)["shape"], learningRate: number, trainFlops: number): RunConfig {
  return { ...shape, batchSize: BATCH_SIZE, learningRate, trainFlops };
}

/** The best of the probed rates; the middle one while nothing is known. */
function bestLearningRate(runs: readonly Run[]): number {
  const probes = answered(runs).filter(({ trainFlops }) => trainFlops === PROBE.flops);
  return lowestOf(probes)?.learningRate ?? (PROBE.learningRates[1] as number);
}

function lowest(runs: readonly Run[], flops: number): LowestRun | undefined {
  const best = lowestOf(answered(runs).filter(({ trainFlops }) => trainFlops === flops));
  return best && { C: flops, N: nonEmbeddingParameters(best), loss: best.loss };
}

function clampedLayers(parameters: number, { admissible }: Task): number {
  const layers = Math.round(parameters / nonEmbeddingParameters({ dModel: SUBMITTED.dModel, numLayers: 1 }));
  const fewest = Math.max(admissible.numLayers[0], Math.ceil(SUBMITTED.dModel / admissible.aspectRatio[1]));
  const most = Math.min(admissible.numLayers[1], Math.floor(SUBMITTED.dModel / admissible.aspectRatio[0]));
  return Math.min(Math.max(layers, fewest), most);
}
