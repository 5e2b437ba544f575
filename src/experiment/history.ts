import { shapeOfSize } from "../surface/replay/stand-in.ts";
import { nonEmbeddingParameters } from "../task/accounting.ts";
import type { AnsweredRun, RunConfig, Shape } from "../task/configuration.ts";
import type { RunPoint } from "../task/run-point.ts";
import { nearest } from "../task/search-space.ts";
import type { Task } from "../task/task.ts";

/** A finished run: N, D, C, the loss, and what else is recorded of it. */
export interface KnownRun extends RunPoint, Partial<Omit<RunConfig, "trainFlops">> {}

/** d/L assumed of a size whose shape is not recorded. */
const ASPECT_RATIO = 64;
/** Recorded shapes have their own N where it is this close to 12·L·d². */
const SAME_SIZE = 0.001;

/**
 * Finished runs as the history of a task. A run whose shape is not recorded, or whose N is counted otherwise than
 * 12·L·d², stands for a shape of its N; learning rate and batch that are not recorded, for the nearest that the task
 * offers to 1e-3 and 128.
 */
export function historyOf(runs: readonly KnownRun[], { searchSpace }: Task): AnsweredRun[] {
  const unrecorded = {
    batchSize: nearest(searchSpace.batchSize, 128),
    learningRate: nearest(searchSpace.learningRate, 1e-3),
  };
  return runs.map((run) => ({
    ...shapeOf(run),
    batchSize: run.batchSize ?? unrecorded.batchSize,
    learningRate: run.learningRate ?? unrecorded.learningRate,
    trainFlops: Math.round(run.C),
    status: "ok",
    loss: run.loss,
  }));
}

function shapeOf({ N, dModel, numLayers, numHeads }: KnownRun): Shape {
  if (!dModel || !numLayers) return shapeOfSize(N, ASPECT_RATIO);
  const own = nonEmbeddingParameters({ dModel, numLayers });
  if (!(Math.abs(Math.log(own / N)) < SAME_SIZE)) return shapeOfSize(N, dModel / numLayers);
  return { dModel, numLayers, numHeads: numHeads ?? shapeOfSize(N, dModel / numLayers).numHeads };
}
