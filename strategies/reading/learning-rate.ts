import { LEARNING_RATE_CURVATURE } from "../../src/law/learning-rate.ts";
import { type AnsweredRun, answered, type Run } from "../../src/task/configuration.ts";
import type { Task } from "../../src/task/task.ts";
import { lowestOf } from "./comparable.ts";
import { batchAt, literatureRateFor, recipeComparisons } from "./recipe.ts";

/** η* falls along the optimal sizes as C^-0.16: between DeepSeek's 0.125 and Step Law's 0.20 (2024, 2025). */
const DECLINE = 0.16;
/** With seconds it hardly does: in the public jobs of 2026 more steps raise it by as much as larger sizes lower it. */
const TIMED_DECLINE = 0.03;

/**
 * How far, in ln, a one-sided comparison may place η* beyond its best rate: farther out, the bowl is steeper than a
 * square.
 */
const BEYOND = 1;
/** Rates closer than this in ln are not compared, since noise would decide. */
const CLOSE = 0.3;

/** The highest learning rate that the task allows. */
export function highestLearningRate(task: Task): number {
  const rates = task.searchSpace.learningRate;
  return rates.kind === "range" ? rates.maximum : Math.max(...rates.values);
}

/**
 * The learning rate for runs of this compute, from comparisons of runs that differ in nothing else. A bowl of the
 * published curvature through the best rate and those beside it gives η* at its budget; from there η* falls as C^-0.16.
 * Where rates were compared only together with batches, the best run's rate takes the place of the bowl. The result is at
 * most the highest rate that the task allows; while nothing was compared, it is the literature's.
 */
export function learningRateAt(flops: number, runs: readonly Run[], task: Task): number {
  const tuned = tunedRate(runs) ?? jointlyTuned(runs);
  return tuned
    ? Math.min(highestLearningRate(task), Math.exp(rateAt(tuned, flops, task.clock ? TIMED_DECLINE : DECLINE)))
    : literatureRateFor(flops, batchAt(runs, task), task);
}

/** Learning rate and batch for runs of this compute, by what was compared so far. */
export function recipeAt(
  flops: number,
  runs: readonly Run[],
  task: Task,
): { readonly learningRate: number; readonly batchSize: number } {
  return { learningRate: learningRateAt(flops, runs, task), batchSize: batchAt(runs, task) };
}

function jointlyTuned(runs: readonly Run[]): TunedRate | undefined {
  const at = lowestOf(recipeComparisons(runs).at(-1) ?? []);
  return at && { at, logRate: logRate(at) };
}

/** An estimate of ln η*, and a run of the comparison it comes from. */
export interface TunedRate {
  readonly logRate: number;
  readonly at: AnsweredRun;
}

/** η* by all comparisons, at the largest budget that has one; undefined while nothing was compared. */
export function tunedRate(runs: readonly Run[]): TunedRate | undefined {
  let tuned: TunedRate | undefined;
  for (const compared of comparisons(runs)) {
    const at = compared[0] as AnsweredRun;
    tuned = { at, logRate: bowlOptimum(compared, tuned && rateAt(tuned, at.trainFlops)) };
  }
  return tuned;
}

function rateAt({ logRate, at }: TunedRate, flops: number, decline: number = DECLINE): number {
  return logRate - decline * Math.log(flops / at.trainFlops);
}

/** Runs that differ in learning rate alone, ascending in it; comparisons ascending in compute. */
function comparisons(runs: readonly Run[]): AnsweredRun[][] {
  const groups = Map.groupBy(
    answered(runs),
    ({ dModel, numLayers, numHeads, batchSize, trainFlops }) =>
      `${dModel}/${numLayers}/${numHeads}/${batchSize}/${trainFlops}`,
  );
  return [...groups.values()]
    .map((group) => group.toSorted((a, b) => a.learningRate - b.learningRate))
    .filter((group) => logRate(group[0] as AnsweredRun) < logRate(group.at(-1) as AnsweredRun) - 2 * CLOSE)
    .toSorted((a, b) => (a[0] as AnsweredRun).trainFlops - (b[0] as AnsweredRun).trainFlops);
}

/**
 * ln η* of a bowl of known curvature through the best rate and those beside it (of equal losses, the higher rate counts
 * as best), averaged with what a smaller budget predicts, and at most half way from the best rate to the next one
 * compared.
 */
function bowlOptimum(sorted: readonly AnsweredRun[], expected: number | undefined): number {
  const least = Math.min(...sorted.map(({ loss }) => loss));
  const at = sorted.findLastIndex(({ loss }) => loss === least);
  const best = logRate(sorted[at] as AnsweredRun);
  const below = sorted.findLast((run) => logRate(run) < best - CLOSE);
  const above = sorted.find((run) => logRate(run) > best + CLOSE);
  const estimates = [below, above].flatMap((other) => {
    if (!other) return [];
    const x = logRate(other);
    return [(best + x) / 2 + (other.loss - least) / (2 * LEARNING_RATE_CURVATURE * (best - x))];
  });
  const lowest = below ? (logRate(below) + best) / 2 : best - BEYOND;
  const highest = above ? (logRate(above) + best) / 2 : best + BEYOND;
  const bounded = (value: number) => Math.min(Math.max(value, lowest), highest);
  const measured = bounded(estimates.reduce((sum, value) => sum + value, 0) / estimates.length);
  return expected === undefined ? measured : bounded((measured + expected) / 2);
}

function logRate({ learningRate }: AnsweredRun): number {
  return Math.log(learningRate);
}
