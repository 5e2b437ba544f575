import type { TableRun } from "../../table/run-reader.ts";
import type { Shape } from "../../task/configuration.ts";
import { dividingHeads } from "../../task/realize.ts";
import type { FinishedRun } from "./table.ts";

/** What is assumed of a table that does not say. */
const UNRECORDED = { batchSize: 128, learningRate: 1e-3, aspectRatio: 64, headDimension: 64 } as const;

/**
 * A row as a configuration. Tables count N in many ways; the shape has N = 12·L·d² equal to the table's N, and the table's
 * own aspect ratio where it has shapes.
 */
export function standIn(run: TableRun, trainFlops: number): FinishedRun {
  const aspect = run.dModel && run.numLayers ? run.dModel / run.numLayers : UNRECORDED.aspectRatio;
  return {
    ...shapeOfSize(run.N, aspect),
    batchSize: run.batchSize ?? UNRECORDED.batchSize,
    learningRate: run.learningRate ?? UNRECORDED.learningRate,
    trainFlops,
    loss: run.loss,
  };
}

/** A shape of this N to a fraction of a percent, of about this aspect ratio. */
export function shapeOfSize(parameters: number, aspect: number): Shape {
  const depth = Math.max(1, Math.round(Math.cbrt(parameters / (12 * aspect * aspect))));
  const candidates = [depth - 1, depth, depth + 1]
    .filter((layers) => layers >= 1)
    .map((numLayers) => ({ numLayers, dModel: Math.max(16, Math.round(Math.sqrt(parameters / (12 * numLayers)))) }));
  const sizeError = ({ numLayers, dModel }: { numLayers: number; dModel: number }) =>
    Math.abs(Math.log((12 * numLayers * dModel * dModel) / parameters));
  const { numLayers, dModel } = candidates.reduce((best, each) => (sizeError(each) < sizeError(best) ? each : best));
  const numHeads = dividingHeads(dModel, 16, (heads) => Math.abs(Math.log(dModel / heads / UNRECORDED.headDimension)));
  return { dModel, numLayers, numHeads };
}
