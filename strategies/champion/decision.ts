import { CONTEXT_LENGTH, chargedParameters, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import type { Rng } from "../../src/task/random.ts";
import type { Task } from "../../src/task/task.ts";
import { draws } from "../believing/index.ts";
import type { Mixture } from "./mixture.ts";
import type { LogFeatures, Surface, SurfaceFamily } from "./surface-family.ts";

/** What is decided at the target: ln N, ln η, ln(d/L). */
export type Choice = readonly [logN: number, logRate: number, logAspect: number];

/** One draw from the posterior of the surfaces. */
export interface Particle {
  readonly family: SurfaceFamily;
  readonly surface: Surface;
  /** Adds up to one. */
  readonly weight: number;
}

/** Draws of the whole mixture: few for a choice, which evaluates them many times, more for the ends of an interval. */
export const DRAWS = { choice: 160, interval: 2000 } as const;
/** The least share of the draws that a family gets, however small its weight. */
const LEAST_SHARE = 0.1;
/** A submitted size lies within a factor of six of √(C/120), a rate within a factor of 2.5 of the rates asked. */
const FARTHEST = { size: Math.log(6), rate: 2.5 };
const STEPS = { first: 0.32, last: 0.02 };

export function drawParticles({ fitted }: Mixture, whole: number, rng: Rng): Particle[] {
  return fitted.flatMap(({ family, posterior, weight }) => {
    const count = Math.round(whole * Math.max(LEAST_SHARE, weight));
    // No importance weights: in so many dimensions they would leave only a handful of draws.
    return draws(posterior, count, rng).map(({ x }) => ({
      family,
      surface: family.surfaceAt(x),
      weight: weight / count,
    }));
  });
}

/** The likeliest surface alone. */
export function likeliest({ fitted }: Mixture): Particle[] {
  return fitted
    .slice(0, 1)
    .map(({ family, posterior }) => ({ family, surface: family.surfaceAt(posterior.mode), weight: 1 }));
}

export function expectedLoss(drawn: readonly Particle[], features: LogFeatures): number {
  let sum = 0;
  for (const { surface, weight } of drawn) sum += weight * surface(features);
  return sum;
}

/** The losses at these shares of the mixture's weight, ascending. */
export function quantilesOf(drawn: readonly Particle[], features: LogFeatures, shares: readonly number[]): number[] {
  const losses = drawn
    .map(({ surface, weight }) => ({ loss: surface(features), weight }))
    .sort((a, b) => a.loss - b.loss);
  let [i, below] = [0, 0];
  return shares.map((share) => {
    while (i < losses.length - 1 && below + losses[i]!.weight < share) below += losses[i++]!.weight;
    return losses[i]!.loss;
  });
}

/** The configuration of a choice at the target, its width and depth not yet whole numbers. */
export function logFeaturesAt([logN, logRate, logAspect]: Choice, task: Task): LogFeatures {
  const logWidth = (logN + logAspect - Math.log(12)) / 3;
  const shape = { dModel: Math.exp(logWidth), numLayers: Math.exp(logWidth - logAspect) };
  return {
    logN: Math.log(nonEmbeddingParameters(shape)),
    logC: Math.log(task.target),
    logP: Math.log(chargedParameters(shape)),
    logRate,
    logBatch: Math.log(Math.min(...task.admissible.batchSizes) * CONTEXT_LENGTH),
    logWidth,
    logDepth: logWidth - logAspect,
  };
}

/** The lowest and the highest learning rate that may be submitted after these runs. */
export function submittableRates(runs: readonly RunConfig[], task: Task): readonly [number, number] {
  const asked = runs.map(({ learningRate }) => learningRate);
  const [lowest, highest] = task.admissible.learningRate;
  return [Math.max(lowest, Math.min(...asked) / FARTHEST.rate), Math.min(highest, Math.max(...asked) * FARTHEST.rate)];
}

/** The choice of lowest loss under `lossOf`, by a compass search within the bounds of a submission. */
export function bestChoice(
  lossOf: (features: LogFeatures) => number,
  task: Task,
  rates: readonly [number, number],
): Choice {
  const center = 0.5 * Math.log(task.target / 120);
  const { aspectRatio } = task.admissible;
  const bounds: readonly (readonly [number, number])[] = [
    [center - FARTHEST.size, center + FARTHEST.size],
    [Math.log(rates[0]), Math.log(rates[1])],
    [Math.log(aspectRatio[0]) + 0.05, Math.log(aspectRatio[1]) - 0.05],
  ];
  let best = startingChoice(task).map((value, axis) =>
    Math.min(Math.max(value, bounds[axis]![0]), bounds[axis]![1]),
  ) as unknown as Choice;
  let least = lossOf(logFeaturesAt(best, task));
  for (let step = STEPS.first; step > STEPS.last; step /= 2) {
    for (let moved = true; moved; ) {
      moved = false;
      for (const [axis, [low, high]] of bounds.entries())
        for (const by of [step, -step]) {
          const next = best.map((value, i) =>
            i === axis ? Math.min(Math.max(value + by, low), high) : value,
          ) as unknown as Choice;
          const loss = lossOf(logFeaturesAt(next, task));
          if (loss < least - 1e-9) [best, least, moved] = [next, loss, true];
        }
    }
  }
  return best;
}

function startingChoice(task: Task): Choice {
  return [0.5 * Math.log(task.target / 120), Math.log(4e-4), Math.log(56)];
}
