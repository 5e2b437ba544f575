/**
 * What a budget means where runs cost time: every amount of the task (cap, target, budgets) is then in seconds. A run
 * reserves its budget when it is submitted, and is stopped once that is over; when it ends, what it used takes the place
 * of the reservation. Tokens are chosen with the configuration: how many fit is a matter of the runtime, which is known
 * roughly beforehand and better after some answers.
 */
export interface ClockBudget {
  readonly unit: "seconds";
  /** Runs that may be under way at once; the reservations of all of them count. */
  readonly atOnce: number;
  /** What an ended run costs at least; at most it costs what it reserved. */
  readonly leastCharge: number;
  /** The least probability with which a submission should end within the target. */
  readonly finish: number;
  /** Evaluations of a run, at equal distances; the last is at its end. */
  readonly evaluations: number;
  /** Tokens of one evaluation. */
  readonly evaluationTokens: number;
  /** Dimensions of an attention head: heads follow from the width. */
  readonly headDimension: number;
  /** The runtime as it is known before any run: each constant's median and the standard deviation of its logarithm. */
  readonly runtime: Readonly<Record<RuntimeConstant, Belief>>;
  /** How runs of one configuration differ. */
  readonly noise: RuntimeNoise;
  /** What is known of memory: the largest allocation of a run, and how large one may be. */
  readonly memory: MemoryRule;
}

/** A positive constant: its median, and the standard deviation of its logarithm. */
export interface Belief {
  readonly median: number;
  readonly sd: number;
}

/** The constants of a runtime law (`src/law/runtime.ts`). */
export const RUNTIME_CONSTANTS = ["start", "token", "layer", "width", "flops", "step", "evaluation"] as const;
export type RuntimeConstant = (typeof RUNTIME_CONSTANTS)[number];

export interface RuntimeNoise {
  /** Standard deviation of ln seconds. */
  readonly sd: number;
  /** The share of runs on a slow node, and how many times longer those take, at least and at most. */
  readonly slow: number;
  readonly slowdown: readonly [least: number, most: number];
}

/** Bytes of the largest allocation: batch·sequence·(token + L·layerWidth·d); more than `most` may not fit. */
export interface MemoryRule {
  readonly token: number;
  readonly layerWidth: number;
  readonly most: number;
}

/** What a run that has ended costs: what it used, at least the least charge, at most what it reserved. */
export function settledCost(usedSeconds: number, reserved: number, { leastCharge }: ClockBudget): number {
  return Math.min(Math.max(leastCharge, usedSeconds), reserved);
}
