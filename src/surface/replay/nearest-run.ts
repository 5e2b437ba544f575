import { nonEmbeddingParameters } from "../../task/accounting.ts";
import type { RunConfig } from "../../task/configuration.ts";
import type { TableRun } from "./table.ts";

/** A row that stands in for a configuration. */
export interface Substitute {
  readonly run: TableRun;
  /** 0 for the same run; else mostly |ln(N/N')| (docs/surface.md, "Replay"). */
  readonly distance: number;
}

/** Sizes tell runs apart first; settings break ties between rows of a size. */
const WEIGHTS = { learningRate: 0.1, batchSize: 0.1, aspect: 0.05 } as const;

/** The row of the same budget, or else of the nearest, that is most like a configuration. */
export function nearestRun(runs: readonly TableRun[], config: RunConfig): Substitute {
  const budgetGap = (run: TableRun) => Math.abs(Math.log(run.trainFlops / config.trainFlops));
  const nearest = runs.reduce((least, run) => Math.min(least, budgetGap(run)), Number.POSITIVE_INFINITY);
  const level = runs.filter((run) => budgetGap(run) <= nearest + 1e-9);
  const substitutes = level.map((run) => ({ run, distance: nearest + distanceBetween(run, config) }));
  return substitutes.reduce((best, each) => (each.distance < best.distance ? each : best));
}

function distanceBetween(a: RunConfig, b: RunConfig): number {
  const apart = (x: number, y: number) => Math.abs(Math.log(x / y));
  return (
    apart(nonEmbeddingParameters(a), nonEmbeddingParameters(b)) +
    WEIGHTS.learningRate * apart(a.learningRate, b.learningRate) +
    WEIGHTS.batchSize * apart(a.batchSize, b.batchSize) +
    WEIGHTS.aspect * apart(a.dModel / a.numLayers, b.dModel / b.numLayers)
  );
}
