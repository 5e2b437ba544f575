import * as z from "zod";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import type { RunConfig } from "../../task/configuration.ts";
import { objectSchema, positive } from "../../task/schema.ts";
import { runFields } from "../../task/task-schema.ts";
import type { Law } from "../laws/law.ts";

/** A finished run: a configuration with the loss it reached. */
export interface FinishedRun extends RunConfig {
  readonly loss: number;
}

/** A table of real runs in place of a surface. Rows at the task's target are hidden: they are the truth. */
export interface Table {
  readonly law: "table";
  readonly runs: readonly FinishedRun[];
}

/** A row that stands in for a configuration. */
export interface Substitute {
  readonly run: FinishedRun;
  /** 0 for the same run; else mostly |ln(N/N')|. */
  readonly distance: number;
}

/** Sizes distinguish runs first; settings break ties between rows of one size. */
const WEIGHTS = { learningRate: 0.1, batchSize: 0.1, aspect: 0.05 } as const;

/** A table takes the place of a law in a document; `buildWorld` replays it. */
export const table: Law<Table> = {
  name: "table",
  schema: objectSchema<Table>({
    law: z.literal("table"),
    runs: z.array(objectSchema<FinishedRun>({ ...runFields, loss: positive })).min(2),
  }),
  takesNoLayers: true,
  floor: () => 0,
  build() {
    throw new TypeError("a table of finished runs is no surface: buildWorld plays it back");
  },
};

/** The row of the same budget, or else of the nearest, that is most like a configuration. */
export function nearestRun(runs: readonly FinishedRun[], config: RunConfig): Substitute {
  const budgetGap = (run: FinishedRun) => Math.abs(Math.log(run.trainFlops / config.trainFlops));
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
