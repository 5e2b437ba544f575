import { fittingBatch } from "../../src/law/memory.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { FIELDS, type RunConfig, type Shape } from "../../src/task/configuration.ts";
import { nearest } from "../../src/task/search-space.ts";
import type { Query } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";

/** How a run is trained, apart from its shape and its FLOPs. */
export interface Recipe {
  readonly learningRate: number;
  readonly batchSize: number;
}

/**
 * The query nearest to what is wanted: each field is the nearest value that the search space accepts. Where answers
 * come from a table of finished runs, it is the nearest row of the nearest budget, by size first, and the reason says so.
 */
export function nearestQuery(shape: Shape, recipe: Recipe, trainFlops: number, task: Task, reason: string): Query {
  const wanted: RunConfig = { ...shape, ...recipe, trainFlops };
  if (task.candidates) {
    const row = nearestRow(wanted, task.candidates);
    return { ...row, reason: sameRun(row, wanted) ? reason : `${reason}; the nearest row of the table` };
  }
  const { searchSpace, clock } = task;
  const dModel = nearest(searchSpace.dModel, wanted.dModel);
  const numLayers = nearest(searchSpace.numLayers, wanted.numLayers);
  const batchSize = nearest(searchSpace.batchSize, wanted.batchSize);
  const batches = searchSpace.batchSize.kind === "choice" ? searchSpace.batchSize.values : [batchSize];
  return {
    dModel,
    numLayers,
    numHeads: clock ? dModel / clock.headDimension : nearest(searchSpace.numHeads, wanted.numHeads),
    batchSize: clock ? fittingBatch({ dModel, numLayers }, batchSize, batches, clock) : batchSize,
    learningRate: nearest(searchSpace.learningRate, wanted.learningRate),
    trainFlops: nearest(searchSpace.trainFlops, wanted.trainFlops),
    reason,
  };
}

/** Of the budget first: a row of another one might not be affordable. */
function nearestRow(wanted: RunConfig, rows: readonly RunConfig[]): RunConfig {
  const size = nonEmbeddingParameters(wanted);
  const distance = (row: RunConfig) =>
    1e6 * logDistance(row.trainFlops, wanted.trainFlops) +
    logDistance(nonEmbeddingParameters(row), size) +
    0.1 * logDistance(row.learningRate, wanted.learningRate) +
    0.1 * logDistance(row.batchSize, wanted.batchSize);
  return rows.reduce((best, row) => (distance(row) < distance(best) ? row : best));
}

function logDistance(a: number, b: number): number {
  return Math.abs(Math.log(a / b));
}

function sameRun(a: RunConfig, b: RunConfig): boolean {
  return FIELDS.every((field) => a[field] === b[field]);
}
