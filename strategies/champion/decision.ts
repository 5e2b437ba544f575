import { CONTEXT_LENGTH, chargedParameters, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import type { Rng } from "../../src/task/random.ts";
import type { Task } from "../../src/task/task.ts";
import { draws } from "../believing/laplace.ts";
import type { Mixture } from "./mixture.ts";
import type { Sight } from "./sight.ts";
import type { Surface, SurfaceFamily } from "./surface-family.ts";

/** What is decided at the target: ln N, ln η, ln(d/L). */
export type Choice = readonly [logN: number, logRate: number, logAspect: number];

/** One surface that the runs allow. */
export interface Particle {
  readonly family: SurfaceFamily;
  readonly surface: Surface;
  /** Adds up to one. */
  readonly weight: number;
}

/** Draws of the whole mixture: for a choice, whose expectation is asked for again and again, and for the ends of an interval. */
export const DRAWS = { choice: 160, interval: 2000 } as const;
/** The least share of them a family has, however little it weighs. */
const LEAST_SHARE = 0.1;
/** An extrapolation further than this factor from √(C/120), or beyond the learning rates asked, is not believed. */
const FURTHEST = { size: Math.log(6), rate: 2.5 };
const STEPS = { first: 0.32, last: 0.02 };

export function drawParticles({ fitted }: Mixture, whole: number, rng: Rng): Particle[] {
  return fitted.flatMap(({ family, posterior, weight }) => {
    const count = Math.round(whole * Math.max(LEAST_SHARE, weight));
    // Laplace's approximation as it is: in so many dimensions weights would leave a handful of draws.
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

export function expectedLoss(drawn: readonly Particle[], sight: Sight): number {
  let sum = 0;
  for (const { surface, weight } of drawn) sum += weight * surface(sight);
  return sum;
}

/** The losses at these shares of the mixture's weight, ascending. */
export function quantilesOf(drawn: readonly Particle[], sight: Sight, shares: readonly number[]): number[] {
  const losses = drawn.map(({ surface, weight }) => ({ loss: surface(sight), weight })).sort((a, b) => a.loss - b.loss);
  let [i, below] = [0, 0];
  return shares.map((share) => {
    while (i < losses.length - 1 && below + losses[i]!.weight < share) below += losses[i++]!.weight;
    return losses[i]!.loss;
  });
}

/** What a choice would train at the target, its shape not yet whole. */
export function sightAt([logN, logRate, logAspect]: Choice, task: Task): Sight {
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

/** The lowest and the highest learning rate that may be handed in after these runs. */
export function believableRates(runs: readonly RunConfig[], task: Task): readonly [number, number] {
  const asked = runs.map(({ learningRate }) => learningRate);
  const [lowest, highest] = task.admissible.learningRate;
  return [Math.max(lowest, Math.min(...asked) / FURTHEST.rate), Math.min(highest, Math.max(...asked) * FURTHEST.rate)];
}

/** The choice of least loss under `of`, by a compass search inside what may be submitted and is believed. */
export function bestChoice(of: (sight: Sight) => number, task: Task, rates: readonly [number, number]): Choice {
  const centre = 0.5 * Math.log(task.target / 120);
  const { aspectRatio } = task.admissible;
  const bounds: readonly (readonly [number, number])[] = [
    [centre - FURTHEST.size, centre + FURTHEST.size],
    [Math.log(rates[0]), Math.log(rates[1])],
    [Math.log(aspectRatio[0]) + 0.05, Math.log(aspectRatio[1]) - 0.05],
  ];
  let best = usualChoice(task).map((value, axis) =>
    Math.min(Math.max(value, bounds[axis]![0]), bounds[axis]![1]),
  ) as unknown as Choice;
  let least = of(sightAt(best, task));
  for (let step = STEPS.first; step > STEPS.last; step /= 2) {
    for (let moved = true; moved; ) {
      moved = false;
      for (const [axis, [low, high]] of bounds.entries())
        for (const by of [step, -step]) {
          const next = best.map((value, i) =>
            i === axis ? Math.min(Math.max(value + by, low), high) : value,
          ) as unknown as Choice;
          const loss = of(sightAt(next, task));
          if (loss < least - 1e-9) [best, least, moved] = [next, loss, true];
        }
    }
  }
  return best;
}

function usualChoice(task: Task): Choice {
  return [0.5 * Math.log(task.target / 120), Math.log(4e-4), Math.log(56)];
}
