import { type AnsweredRun, answered, type Run } from "../../src/task/configuration.ts";
import type { Task } from "../../src/task/task.ts";

/** Rates probed, evenly in ln η from the lowest to the highest on sale. */
const PROBES = 4;
/** κ of ΔL = κ·ln²(η/η*): the median over Step Law's published grid (quartiles .0145 to .0232), in nats. */
const CURVATURE = 0.0183;
/** η* falls along the optimal sizes as C^-0.16: between DeepSeek's 0.125 and Step Law's 0.20 (2024, 2025). */
const DECLINE = 0.16;

/** Learning rates to compare, the lowest and the highest on sale among them; of a list, all when they are few. Ascending. */
export function learningRateProbes({ searchSpace: { learningRate } }: Task): number[] {
  if (learningRate.kind === "choice") {
    const sorted = learningRate.values.toSorted((a, b) => a - b);
    const picked = Array.from({ length: PROBES }, (_, i) => Math.round((i * (sorted.length - 1)) / (PROBES - 1)));
    return [...new Set(picked)].map((index) => sorted[index] as number);
  }
  const { minimum, maximum } = learningRate;
  const step = Math.log(maximum / minimum) / (PROBES - 1);
  const rates = Array.from({ length: PROBES }, (_, i) => (i === PROBES - 1 ? maximum : minimum * Math.exp(i * step)));
  return [...new Set(rates)];
}

/** The highest learning rate on sale: what is used while nothing is known. */
export function highestLearningRate(task: Task): number {
  return learningRateProbes(task).at(-1) as number;
}

/** The next lower of the rates probed, or half the rate where that is not on the list. */
export function nextLowerRate(learningRate: number, task: Task): number {
  return learningRateProbes(task).findLast((rate) => rate < learningRate * 0.99) ?? learningRate / 2;
}

/**
 * The learning rate for runs of this compute, from the comparison at the largest budget: runs that differ in nothing
 * else. What its winner gained over the rates beside it, read as a bowl of the published curvature, places η* at that
 * budget, above the highest rate on sale too; from there it falls as C^-0.16. Never above the highest rate on sale,
 * where nobody has looked; that rate while nothing was compared.
 */
export function learningRateAt(flops: number, runs: readonly Run[], task: Task): number {
  const highest = highestLearningRate(task);
  const tuned = tunedRate(runs);
  if (!tuned) return highest;
  return Math.min(highest, Math.exp(tuned.logRate - DECLINE * Math.log(flops / tuned.at.trainFlops)));
}

/** ln η* by the comparison at the largest budget, and a run of it; undefined while nothing was compared. */
export function tunedRate(runs: readonly Run[]): { readonly logRate: number; readonly at: AnsweredRun } | undefined {
  const compared = largestComparison(runs);
  return compared && { logRate: bowlOptimum(compared), at: compared[0] as AnsweredRun };
}

/** The runs at the largest budget that differ in learning rate alone, ascending in it. */
function largestComparison(runs: readonly Run[]): readonly AnsweredRun[] | undefined {
  const groups = Map.groupBy(
    answered(runs),
    ({ dModel, numLayers, numHeads, batchSize, trainFlops }) =>
      `${dModel}/${numLayers}/${numHeads}/${batchSize}/${trainFlops}`,
  );
  let top: readonly AnsweredRun[] | undefined;
  const compute = (group: readonly AnsweredRun[]) => (group[0] as AnsweredRun).trainFlops;
  for (const group of groups.values()) {
    const differ = group.some(({ learningRate }) => learningRate !== (group[0] as AnsweredRun).learningRate);
    if (differ && (!top || compute(group) >= compute(top))) top = group;
  }
  return top?.toSorted((a, b) => a.learningRate - b.learningRate);
}

/**
 * ln η* of a bowl of known curvature through the winner and the rates beside it (of equal losses the higher rate wins),
 * no further from the winner than half way to a rate that lost.
 */
function bowlOptimum(sorted: readonly AnsweredRun[]): number {
  const least = Math.min(...sorted.map(({ loss }) => loss));
  const at = sorted.findLastIndex(({ loss }) => loss === least);
  const logRate = (index: number) => {
    const run = sorted[index];
    return run && Math.log(run.learningRate);
  };
  const [below, winner, above] = [logRate(at - 1), logRate(at) as number, logRate(at + 1)];
  const estimates = [at - 1, at + 1].flatMap((index) => {
    const [other, x] = [sorted[index], logRate(index)];
    if (!other || x === undefined || x === winner) return [];
    return [(winner + x) / 2 + (other.loss - least) / (2 * CURVATURE * (winner - x))];
  });
  const centre = estimates.reduce((sum, value) => sum + value, 0) / estimates.length;
  const lowest = below === undefined ? winner - Math.LN2 : (below + winner) / 2;
  const highest = above === undefined ? Number.POSITIVE_INFINITY : (winner + above) / 2;
  return Number.isFinite(centre) ? Math.min(Math.max(centre, lowest), highest) : winner;
}
