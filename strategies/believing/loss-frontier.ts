import type { Task } from "../../src/task/task.ts";

/** The lowest loss seen, in nats, at a budget, in FLOPs. */
export interface LowestLoss {
  readonly C: number;
  readonly loss: number;
}

/** The frontier L*(C) at another budget: the mean of its posterior, and the posterior's quantile function. */
export interface FrontierForecast {
  readonly loss: number;
  readonly quantile: (probability: number) => number;
  readonly law: string;
}

/** Published fits of L* = E + k·C^-c: the floor in nats and the exponent, each with its standard deviation. */
const FLOOR = { mean: 1.7, sd: 0.4, highest: 3 };
const EXPONENT = { mean: 0.165, sd: 0.03, lowest: 0.04, highest: 0.3 };
/**
 * Standard deviation of a lowest loss, in nats: at the largest budget, and more per factor of e below it, where runs
 * are short.
 */
const ERROR = { top: 0.02, perLog: 0.015 };
/** The exponent of seconds: over the public jobs of 2026, the best loss falls as about their power -0.09. */
const TIMED_EXPONENT = { ...EXPONENT, mean: 0.09, sd: 0.03 };
const STEPS = 31;

/**
 * L* = E + k·C^-c through the lowest losses, integrated over the floor E and the exponent c with the literature as
 * prior. The budgets that a cap can buy do not determine E, and extrapolated losses go wrong where E is taken as known
 * or zero. `lowest` must not be empty.
 */
export function forecastFrontier(
  lowest: readonly LowestLoss[],
  flops: number,
  { clock }: Pick<Task, "clock"> = {},
): FrontierForecast {
  const exponent = clock ? TIMED_EXPONENT : EXPONENT;
  const top = lowest.reduce((most, { C }) => Math.max(most, C), 0);
  const { count, weight, loss, floors, powers } = lawsThrough(lowest, top, Math.log(flops / top), exponent);
  let total = 0;
  for (let i = 0; i < count; i++) total += weight[i]!;
  const average = (values: Float64Array) => weightedSum(values, weight, count) / total;
  let order: Uint16Array | undefined;
  return {
    loss: average(loss),
    quantile(probability) {
      order ??= Uint16Array.from({ length: count }, (_, i) => i).sort((i, j) => loss[i]! - loss[j]! || i - j);
      let below = 0;
      for (const i of order) {
        below += weight[i]! / total;
        if (below >= probability) return loss[i]!;
      }
      return loss[order.at(-1) as number]!;
    },
    law: `L* = E + k·C^-c with E about ${average(floors).toFixed(2)}, c about ${average(powers).toFixed(3)}`,
  };
}

/** Laws of a grid of floors and exponents, each with the best k, column by column: a recommendation looks at a thousand. */
function lawsThrough(lowest: readonly LowestLoss[], top: number, logTarget: number, exponent: typeof EXPONENT) {
  const size = lowest.length;
  const [losses, precision] = [new Float64Array(size), new Float64Array(size)];
  const u = new Float64Array(STEPS * size);
  const [exponents, atTarget] = [new Float64Array(STEPS), new Float64Array(STEPS)];
  let least = Number.POSITIVE_INFINITY;
  for (let j = 0; j < STEPS; j++) {
    exponents[j] = exponent.lowest + ((exponent.highest - exponent.lowest) * j) / (STEPS - 1);
    atTarget[j] = Math.exp(-exponents[j]! * logTarget);
  }
  for (let i = 0; i < size; i++) {
    const { C, loss } = lowest[i]!;
    losses[i] = loss;
    least = Math.min(least, loss);
    const error = ERROR.top + ERROR.perLog * Math.log(top / C);
    precision[i] = 1 / (error * error);
    for (let j = 0; j < STEPS; j++) u[j * size + i] = Math.exp(-exponents[j]! * Math.log(C / top));
  }
  const [weight, loss] = [new Float64Array(STEPS * STEPS), new Float64Array(STEPS * STEPS)];
  const [floors, powers] = [new Float64Array(STEPS * STEPS), new Float64Array(STEPS * STEPS)];
  let count = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < STEPS; step++) {
    const E = (Math.min(FLOOR.highest, 0.98 * least) * step) / (STEPS - 1);
    for (let j = 0; j < STEPS; j++) {
      const row = j * size;
      let uu = 0;
      let uy = 0;
      for (let i = 0; i < size; i++) {
        uu += precision[i]! * u[row + i]! * u[row + i]!;
        uy += precision[i]! * u[row + i]! * (losses[i]! - E);
      }
      const k = uy / uu;
      if (!(k > 0)) continue;
      let misfit = 0;
      for (let i = 0; i < size; i++) misfit += precision[i]! * square(losses[i]! - E - k * u[row + i]!);
      const c = exponents[j]!;
      const penalty = square((E - FLOOR.mean) / FLOOR.sd) + square((c - exponent.mean) / exponent.sd);
      weight[count] = -0.5 * (misfit + penalty);
      loss[count] = E + k * atTarget[j]!;
      floors[count] = E;
      powers[count] = c;
      highest = Math.max(highest, weight[count]!);
      count++;
    }
  }
  for (let i = 0; i < count; i++) weight[i] = Math.exp(weight[i]! - highest);
  return { count, weight, loss, floors, powers };
}

function weightedSum(values: Float64Array, weight: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += weight[i]! * values[i]!;
  return sum;
}

function square(x: number): number {
  return x * x;
}
