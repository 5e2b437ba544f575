import { literatureBatch, literatureRate } from "../../src/law/recipe.ts";
import { ENDPOINT_BATCH } from "../../src/law/stanford-2025.ts";
import { usualSize, usualTokens } from "../../src/law/usual-training.ts";
import { type AnsweredRun, answered, type Run, type Shape } from "../../src/task/configuration.ts";
import { nearest } from "../../src/task/search-space.ts";
import type { Task } from "../../src/task/task.ts";
import { lowestOf } from "./comparable.ts";

/** Where nothing was compared, the batch is the literature's for runs of this share of the cap. */
const TYPICAL_RUN = 1 / 10;

/** Nats by which another batch must win a comparison: less may be noise. */
const MARGIN = 0.01;

/**
 * The batch to ask for: that of most runs, or the literature's for a typical run while there are none; another one where
 * it won by more than noise in the comparison at the largest budget.
 */
export function batchAt(runs: readonly Run[], task: Task): number {
  const counts = [...Map.groupBy(answered(runs), ({ batchSize }) => batchSize).values()];
  const [most] = counts.toSorted((a, b) => b.length - a.length);
  const usual = most ? most[0]!.batchSize : literatureBatchFor(TYPICAL_RUN * task.cap, task);
  const compared = batchComparisons(runs).at(-1) ?? [];
  const best = lowestOf(compared);
  const own = lowestOf(compared.filter(({ batchSize }) => batchSize === usual));
  return best && (!own || own.loss - best.loss > MARGIN) ? best.batchSize : usual;
}

/** The literature's batch at a budget, for the size it would train there: the nearest that the task offers. */
export function literatureBatchFor(flops: number, task: Task, N: number = usualSize(flops, task)): number {
  if (offersEndpointBatches(task)) return ENDPOINT_BATCH.best;
  return nearest(task.searchSpace.batchSize, literatureBatch(N, usualTokens(N, flops, task), task.sequenceLength));
}

/** Whether the batches are those of the 2025 endpoint, whose answers say more than what suits other models. */
function offersEndpointBatches({ searchSpace: { batchSize }, sequenceLength }: Task): boolean {
  const { compared } = ENDPOINT_BATCH;
  return (
    sequenceLength === undefined &&
    batchSize.kind === "choice" &&
    batchSize.values.length === compared.length &&
    compared.every((each) => batchSize.values.includes(each))
  );
}

/** The literature's learning rate at a budget and a batch, inside what the task offers. */
export function literatureRateFor(
  flops: number,
  batchSize: number,
  task: Task,
  N: number = usualSize(flops, task),
): number {
  const tokens = usualTokens(N, flops, task);
  return nearest(task.searchSpace.learningRate, literatureRate(N, tokens, batchSize, task.sequenceLength));
}

/**
 * Batches to compare with one, each beside it among those offered: the next smaller and the next larger. None of the
 * 2025 endpoint's, where the comparison is known.
 */
export function batchesToCompare(batchSize: number, task: Task): number[] {
  return offersEndpointBatches(task) ? [] : otherBatches(batchSize, task);
}

/** The offered batches beside one: the next smaller and the next larger. */
export function otherBatches(batchSize: number, { searchSpace }: Task): number[] {
  const domain = searchSpace.batchSize;
  const offered =
    domain.kind === "choice"
      ? domain.values.toSorted((a, b) => a - b)
      : [nearest(domain, batchSize / 2), nearest(domain, batchSize * 2)];
  const near = [offered.findLast((each) => each < batchSize), offered.find((each) => each > batchSize)];
  return near.filter((each) => each !== undefined);
}

/** Runs of one shape and budget that differ in learning rate or batch, groups ascending in compute. */
export function recipeComparisons(runs: readonly Run[]): AnsweredRun[][] {
  return groupsOf(runs, shapeAt).filter(
    (group) => new Set(group.map(({ learningRate, batchSize }) => `${learningRate}/${batchSize}`)).size > 1,
  );
}

/** Runs that differ in batch alone, groups ascending in compute. */
function batchComparisons(runs: readonly Run[]): AnsweredRun[][] {
  return groupsOf(runs, (run) => `${shapeAt(run)}/${run.learningRate}`).filter(
    (group) => new Set(group.map(({ batchSize }) => batchSize)).size > 1,
  );
}

function groupsOf(runs: readonly Run[], key: (run: AnsweredRun) => string): AnsweredRun[][] {
  return [...Map.groupBy(answered(runs), key).values()].toSorted((a, b) => a[0]!.trainFlops - b[0]!.trainFlops);
}

function shapeAt({ dModel, numLayers, numHeads, trainFlops }: Shape & { readonly trainFlops: number }): string {
  return `${dModel}/${numLayers}/${numHeads}/${trainFlops}`;
}
