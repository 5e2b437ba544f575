import type { ClockBudget } from "../task/clock.ts";
import type { Task } from "../task/task.ts";
import { chinchillaSize } from "./chinchilla.ts";
import { tokensWithin, usualRuntime } from "./runtime.ts";

/** Chinchilla's tokens for each parameter (Hoffmann et al. 2022). */
const TOKENS_PER_PARAMETER = 20;
/** The batch and d/L by which a size's usual runtime is meant. */
const USUAL = { batchSize: 64, aspect: 64 };
/** Parameters between which a usual size is looked for. */
const SIZES = { least: 1e5, most: 1e11 };

/** D of a size at a budget: C/(6N), or where the task has a clock what the usual runtime leaves time for. */
export function usualTokens(N: number, budget: number, { clock }: Pick<Task, "clock">): number {
  if (!clock) return budget / (6 * N);
  const dModel = Math.cbrt((USUAL.aspect * N) / 12);
  const timed = { dModel, numLayers: dModel / USUAL.aspect, batchSize: USUAL.batchSize };
  return tokensWithin(usualRuntime(clock), timed, budget, clock);
}

/**
 * The size that the literature trains at a budget, with 20 tokens for each parameter: √(C/120), or where the task has a
 * clock the size that so many tokens take the time of.
 */
export function usualSize(budget: number, { clock }: Pick<Task, "clock">): number {
  return clock ? timedSize(budget, clock) : chinchillaSize(budget);
}

const sizes = new WeakMap<ClockBudget, Map<number, number>>();

function timedSize(seconds: number, clock: ClockBudget): number {
  const known = sizes.get(clock) ?? new Map<number, number>();
  sizes.set(clock, known);
  const before = known.get(seconds);
  if (before !== undefined) return before;
  let [low, high] = [Math.log(SIZES.least), Math.log(SIZES.most)];
  for (let round = 0; round < 40; round++) {
    const middle = (low + high) / 2;
    const N = Math.exp(middle);
    if (usualTokens(N, seconds, { clock }) >= TOKENS_PER_PARAMETER * N) low = middle;
    else high = middle;
  }
  known.set(seconds, Math.exp(low));
  return Math.exp(low);
}
