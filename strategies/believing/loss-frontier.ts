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
  const top = Math.max(...lowest.map(({ C }) => C));
  const least = Math.min(...lowest.map(({ loss }) => loss));
  const precision = lowest.map(({ C }) => {
    const error = ERROR.top + ERROR.perLog * Math.log(top / C);
    return 1 / (error * error);
  });
  const losses = lowest.map(({ loss }) => loss);
  const exponents = Array.from({ length: STEPS }, (_, j) => {
    const c = exponent.lowest + ((exponent.highest - exponent.lowest) * j) / (STEPS - 1);
    const powerAt = (C: number) => Math.exp(-c * Math.log(C / top));
    return { c, u: lowest.map(({ C }) => powerAt(C)), atTarget: powerAt(flops) };
  });
  // Laws column by column: a recommendation looks at a thousand.
  const [weight, loss] = [new Float64Array(STEPS * STEPS), new Float64Array(STEPS * STEPS)];
  const [floors, powers] = [new Float64Array(STEPS * STEPS), new Float64Array(STEPS * STEPS)];
  let count = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < STEPS; i++) {
    const E = (Math.min(FLOOR.highest, 0.98 * least) * i) / (STEPS - 1);
    for (const { c, u, atTarget } of exponents) {
      const { k, misfit } = scale(u, losses, E, precision);
      if (!(k > 0)) continue;
      const penalty = square((E - FLOOR.mean) / FLOOR.sd) + square((c - exponent.mean) / exponent.sd);
      weight[count] = -0.5 * (misfit + penalty);
      loss[count] = E + k * atTarget;
      floors[count] = E;
      powers[count] = c;
      highest = Math.max(highest, weight[count]!);
      count++;
    }
  }
  let total = 0;
  for (let i = 0; i < count; i++) {
    weight[i] = Math.exp(weight[i]! - highest);
    total += weight[i]!;
  }
  const average = (values: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += weight[i]! * values[i]!;
    return sum / total;
  };
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

/** The best k of L = E + k·u, and the sum of weighted squares it leaves. */
function scale(u: readonly number[], losses: readonly number[], E: number, precision: readonly number[]) {
  let uu = 0;
  let uy = 0;
  for (let i = 0; i < u.length; i++) {
    uu += precision[i]! * u[i]! * u[i]!;
    uy += precision[i]! * u[i]! * (losses[i]! - E);
  }
  const k = uy / uu;
  let misfit = 0;
  for (let i = 0; i < u.length; i++) misfit += precision[i]! * square(losses[i]! - E - k * u[i]!);
  return { k, misfit };
}

function square(x: number): number {
  return x * x;
}
