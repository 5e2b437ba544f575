import { chinchillaSize } from "../../src/law/chinchilla.ts";
import { CONTEXT_LENGTH, chargedParameters, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import type { Rng } from "../../src/task/random.ts";
import type { Task } from "../../src/task/task.ts";
import { drawEach, draws, type Posterior } from "../believing/index.ts";
import { effectsOf } from "./effects.ts";
import type { Fitted, Mixture } from "./mixture.ts";
import type { LogFeatures, Surface } from "./surface-family.ts";

/** What is decided at the target: ln N, ln η, ln(d/L), ln of the tokens in a batch. */
export type Choice = readonly [logN: number, logRate: number, logAspect: number, logBatch: number];

/** Bounds of a choice; where both ends are the same there is nothing to decide. */
export type Bounds = readonly (readonly [low: number, high: number])[];

/** Surfaces drawn from a fit, each of the same weight. */
interface Drawn {
  readonly fit: Fitted;
  readonly surfaces: readonly Surface[];
}

/** Draws of the whole mixture: few for a choice, which evaluates them many times, more for the ends of an interval. */
export const DRAWS = { choice: 160, interval: 2000 } as const;
/** The least share of the draws that a family gets, however small its weight. */
const LEAST_SHARE = 0.1;
/** A submitted size lies within a factor of six of √(C/120), a rate within a factor of 2.5 of the rates asked. */
const FARTHEST = { size: Math.log(6), rate: 2.5 };
const STEPS = { first: 0.32, last: 0.02 };
const USUAL = { logRate: Math.log(6.7e-4), logAspect: Math.log(56) };
/** d/L where shapes were not compared. */
const ASPECT = 64;

/** Surfaces of every family: without what it is off by, which enters an expectation by its own alone. */
export function drawSurfaces({ fitted }: Mixture, whole: number, rng: Rng): Drawn[] {
  return fitted.map((fit) => {
    // No importance weights: in so many dimensions they would leave only a handful of draws.
    const drawn = draws(withLinear(fit, []), drawsOf(fit, whole), rng);
    return { fit, surfaces: drawn.map(fit.family.surfaceAt) };
  });
}

/** The likeliest surface alone. */
export function likeliest({ fitted }: Mixture): Drawn[] {
  return fitted
    .slice(0, 1)
    .map((fit) => ({ fit: { ...fit, weight: 1 }, surfaces: [fit.family.surfaceAt(fit.posterior.mode)] }));
}

/** The loss of a configuration averaged over draws, and over what every family is off by. */
export function expectedLoss(drawn: readonly Drawn[], features: LogFeatures): number {
  let expected = 0;
  for (const { fit, surfaces } of drawn) {
    let sum = 0;
    for (const surface of surfaces) sum += surface(features);
    expected += fit.weight * (sum / surfaces.length + offOf(fit, fit.discrepancy.basis(features)));
  }
  return expected;
}

/** The losses of a configuration at these shares of the mixture's weight, ascending. */
export function lossQuantiles(
  { fitted }: Mixture,
  features: LogFeatures,
  shares: readonly number[],
  whole: number,
  rng: Rng,
): number[] {
  const losses: { readonly loss: number; readonly weight: number }[] = [];
  for (const fit of fitted) {
    const count = drawsOf(fit, whole);
    const { length } = fit.family.prior.mean;
    drawEach(withLinear(fit, fit.discrepancy.basis(features)), count, rng, (x) => {
      losses.push({ loss: fit.family.surfaceAt(x)(features) + x[length]!, weight: fit.weight / count });
    });
  }
  losses.sort((a, b) => a.loss - b.loss);
  let [i, below] = [0, 0];
  return shares.map((share) => {
    while (i < losses.length - 1 && below + losses[i]!.weight < share) below += losses[i++]!.weight;
    return losses[i]!.loss;
  });
}

function drawsOf({ weight }: Fitted, whole: number): number {
  return Math.round(whole * Math.max(LEAST_SHARE, weight));
}

/** What a family is likely off by where the discrepancy's variables count so much. */
function offOf({ family, posterior: { mode } }: Fitted, basis: ArrayLike<number>): number {
  const { length } = family.prior.mean;
  let sum = 0;
  for (let i = 0; i < basis.length; i++) sum += basis[i]! * mode[length + i]!;
  return sum;
}

/**
 * The posterior of a family's variables, and after them of the one sum of the discrepancy's that matters: of far fewer
 * variables than all. Without a sum, of the family's alone.
 */
function withLinear(fit: Fitted, basis: ArrayLike<number>): Pick<Posterior, "mode" | "covariance"> {
  const { mode, covariance } = fit.posterior;
  const own = fit.family.prior.mean.length;
  const size = basis.length > 0 ? own + 1 : own;
  const reduced = new Float64Array(size * size);
  const along = (row: number) => {
    let sum = 0;
    for (let j = 0; j < basis.length; j++) sum += covariance[row * mode.length + own + j]! * basis[j]!;
    return sum;
  };
  for (let i = 0; i < own; i++) {
    for (let j = 0; j < own; j++) reduced[i * size + j] = covariance[i * mode.length + j]!;
    if (size > own) reduced[i * size + own] = reduced[own * size + i] = along(i);
  }
  if (size > own) for (let j = 0; j < basis.length; j++) reduced[own * size + own]! += basis[j]! * along(own + j);
  const reducedMode = new Float64Array(size);
  reducedMode.set(mode.subarray(0, own));
  if (size > own) reducedMode[own] = offOf(fit, basis);
  return { mode: reducedMode, covariance: reduced };
}

/** The configuration of a choice at the target, its width and depth not yet whole numbers. */
export function logFeaturesAt([logN, logRate, logAspect, logBatch]: Choice, task: Task): LogFeatures {
  const logWidth = (logN + logAspect - Math.log(12)) / 3;
  const shape = { dModel: Math.exp(logWidth), numLayers: Math.exp(logWidth - logAspect) };
  return {
    logN: Math.log(nonEmbeddingParameters(shape)),
    logC: Math.log(task.target),
    logP: Math.log(chargedParameters(shape)),
    logRate,
    logBatch,
    logWidth,
    logDepth: logWidth - logAspect,
  };
}

/** What may be submitted after these runs: of what nobody varied, what they had. */
export function boundsOf(runs: readonly RunConfig[], task: Task): Bounds {
  const { admissible, target } = task;
  const effects = effectsOf(task);
  const center = Math.log(chinchillaSize(target));
  const size = (end: 0 | 1) =>
    Math.log(nonEmbeddingParameters({ dModel: admissible.dModel[end], numLayers: admissible.numLayers[end] }));
  const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
  const sizes = [center - FARTHEST.size, center + FARTHEST.size].map((end) => clamp(end, size(0), size(1)));
  const asked = runs.map(({ learningRate }) => learningRate);
  const [lowest, highest] = admissible.learningRate;
  const usual = usualRun(runs, task);
  const rates = effects.rate
    ? [Math.min(...asked) / FARTHEST.rate, Math.max(...asked) * FARTHEST.rate]
    : [usual.learningRate, usual.learningRate];
  const [flattest, deepest] = admissible.aspectRatio;
  const aspects =
    effects.shape && flattest * 1.2 < deepest
      ? [flattest * 1.05, deepest * 0.95]
      : [ASPECT, ASPECT].map((end) => clamp(end, flattest, deepest));
  const batches = effects.batch === "interior" ? admissible.batchSizes : [batchOf(usual, task)];
  const logs = (ends: readonly number[]) => ends.map(Math.log) as unknown as readonly [number, number];
  return [
    sizes as unknown as readonly [number, number],
    logs(rates.map((rate) => clamp(rate, lowest, highest))),
    logs(aspects),
    logs([Math.min(...batches) * CONTEXT_LENGTH, Math.max(...batches) * CONTEXT_LENGTH]),
  ];
}

/** The run nearest to the target's size among those of most compute: its recipe is meant where recipes do not vary. */
function usualRun(runs: readonly RunConfig[], task: Task): RunConfig {
  const center = Math.log(chinchillaSize(task.target));
  const distance = (run: RunConfig) =>
    Math.abs(Math.log(nonEmbeddingParameters(run)) - center) + Math.log(task.target / run.trainFlops);
  return runs.reduce((best, run) => (distance(run) < distance(best) ? run : best));
}

function batchOf({ batchSize }: RunConfig, { admissible: { batchSizes } }: Task): number {
  return batchSizes.includes(batchSize) ? batchSize : Math.min(...batchSizes);
}

/** The choice of lowest loss under `lossOf`, by a compass search within the bounds of a submission. */
export function bestChoice(lossOf: (features: LogFeatures) => number, task: Task, bounds: Bounds): Choice {
  const start = [Math.log(chinchillaSize(task.target)), USUAL.logRate, USUAL.logAspect, 0];
  let best = bounds.map(([low, high], axis) =>
    axis === 3 || (axis === 1 && !(start[1]! > low && start[1]! < high))
      ? 0.5 * (low + high)
      : Math.min(Math.max(start[axis]!, low), high),
  ) as unknown as Choice;
  // The search comes back to where it was.
  const known = new Map<string, number>();
  const lossAt = (choice: Choice) => {
    const place = choice.map((value) => Math.round(value * 1e9)).join(" ");
    const loss = known.get(place) ?? lossOf(logFeaturesAt(choice, task));
    known.set(place, loss);
    return loss;
  };
  let least = lossAt(best);
  for (let step = STEPS.first; step > STEPS.last; step /= 2) {
    for (let moved = true; moved; ) {
      moved = false;
      for (const [axis, [low, high]] of bounds.entries()) {
        if (!(high > low)) continue;
        for (const by of [step, -step]) {
          const next = best.map((value, i) =>
            i === axis ? Math.min(Math.max(value + by, low), high) : value,
          ) as unknown as Choice;
          const loss = lossAt(next);
          if (loss < least - 1e-9) [best, least, moved] = [next, loss, true];
        }
      }
    }
  }
  return best;
}

/** The same with the batch an admissible one: the best of those beside it, its rate decided anew. */
export function bestAdmissibleChoice(lossOf: (features: LogFeatures) => number, task: Task, bounds: Bounds): Choice {
  const best = bestChoice(lossOf, task, bounds);
  const [sizes, rates, aspects, batches] = bounds as readonly [Bounds[0], Bounds[0], Bounds[0], Bounds[0]];
  if (!(batches![1] > batches![0])) return best;
  const logs = task.admissible.batchSizes.map((batch) => Math.log(batch * CONTEXT_LENGTH)).toSorted((a, b) => a - b);
  const beside = [logs.findLast((value) => value <= best[3] + 1e-9), logs.find((value) => value >= best[3] - 1e-9)];
  const choices = beside.flatMap((value) =>
    value === undefined ? [] : [bestChoice(lossOf, task, [sizes!, rates!, aspects!, [value, value]])],
  );
  const losses = choices.map((choice) => lossOf(logFeaturesAt(choice, task)));
  return choices[losses.indexOf(Math.min(...losses))] ?? best;
}
