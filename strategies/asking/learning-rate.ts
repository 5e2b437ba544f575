import { type AnsweredRun, answered, type Run } from "../../src/task/configuration.ts";
import type { Task } from "../../src/task/task.ts";

/** κ of ΔL = κ·ln²(η/η*): the median over Step Law's published grid (quartiles .0145 to .0232), in nats. */
const CURVATURE = 0.0183;
/** η* falls along the optimal sizes as C^-0.16: between DeepSeek's 0.125 and Step Law's 0.20 (2024, 2025). */
const DECLINE = 0.16;

/** How far, in ln, a one-sided comparison may place η* beyond its winner: the bowl is steeper than a square out there. */
const BEYOND = 1;
/** Rates closer than this in ln are not compared: noise would decide. */
const CLOSE = 0.3;

/** The highest learning rate on sale: what is used while nothing is known. */
export function highestLearningRate(task: Task): number {
  const rates = task.searchSpace.learningRate;
  return rates.kind === "range" ? rates.maximum : Math.max(...rates.values);
}

/**
 * The learning rate for runs of this compute, from comparisons: runs that differ in nothing else. What the winner of one
 * gained over the rates beside it, read as a bowl of the published curvature, places η* at its budget, above the highest
 * rate on sale too; from there it falls as C^-0.16. Never above the highest rate on sale, where nobody has looked; that
 * rate while nothing was compared.
 */
export function learningRateAt(flops: number, runs: readonly Run[], task: Task): number {
  const highest = highestLearningRate(task);
  const tuned = tunedRate(runs);
  return tuned ? Math.min(highest, Math.exp(carried(tuned, flops))) : highest;
}

/** An estimate of ln η*, and a run of the comparison it rests on. */
export interface TunedRate {
  readonly logRate: number;
  readonly at: AnsweredRun;
}

/** η* by all comparisons, at the largest budget that has one; undefined while nothing was compared. */
export function tunedRate(runs: readonly Run[]): TunedRate | undefined {
  let tuned: TunedRate | undefined;
  for (const compared of comparisons(runs)) {
    const at = compared[0] as AnsweredRun;
    tuned = { at, logRate: bowlOptimum(compared, tuned && carried(tuned, at.trainFlops)) };
  }
  return tuned;
}

function carried({ logRate, at }: TunedRate, flops: number): number {
  return logRate - DECLINE * Math.log(flops / at.trainFlops);
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
 * ln η* of a bowl of known curvature through the winner and the rates beside it (of equal losses the higher rate wins),
 * averaged with what a smaller budget expects, and no further from the winner than half way to a rate that lost here.
 */
function bowlOptimum(sorted: readonly AnsweredRun[], expected: number | undefined): number {
  const least = Math.min(...sorted.map(({ loss }) => loss));
  const at = sorted.findLastIndex(({ loss }) => loss === least);
  const winner = logRate(sorted[at] as AnsweredRun);
  const below = sorted.findLast((run) => logRate(run) < winner - CLOSE);
  const above = sorted.find((run) => logRate(run) > winner + CLOSE);
  const estimates = [below, above].flatMap((other) => {
    if (!other) return [];
    const x = logRate(other);
    return [(winner + x) / 2 + (other.loss - least) / (2 * CURVATURE * (winner - x))];
  });
  const lowest = below ? (logRate(below) + winner) / 2 : winner - BEYOND;
  const highest = above ? (logRate(above) + winner) / 2 : winner + BEYOND;
  const bounded = (value: number) => Math.min(Math.max(value, lowest), highest);
  const measured = bounded(estimates.reduce((sum, value) => sum + value, 0) / estimates.length);
  return expected === undefined ? measured : bounded((measured + expected) / 2);
}

function logRate({ learningRate }: AnsweredRun): number {
  return Math.log(learningRate);
}
