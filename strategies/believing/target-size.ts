import { usualSize } from "../../src/law/usual-training.ts";
import type { Task } from "../../src/task/task.ts";
import { type LawFamily, logScalesAt } from "./law-families.ts";

/** An optimal size at a compute: ln N and its standard deviation. */
interface SizeEstimate {
  readonly C: number;
  readonly logN: number;
  readonly sd: number;
}

/** Exponents a of N* ∝ C^a in published fits that tuned at every scale (Hoffmann, Porian, DeepSeek): 0.45 to 0.57. */
const EXPONENT = { mean: 0.5, sd: 0.06 };
/** The same of seconds: less, since the public jobs of 2026 gain from more tokens for longer. */
const TIMED_EXPONENT = { mean: 0.4, sd: 0.08 };
/**
 * Extra standard deviation of a level's ln N: shapes are discrete, and runs are shorter per factor of e below the top.
 */
const EXTRA = { level: 0.1, perLog: 0.05 };

/**
 * N* at `flops` from the levels' optima: a line in logarithms whose slope has the literature as prior, so that two
 * noisy levels alone do not decide an extrapolation over 30 times the compute. `levels` must not be empty.
 */
export function extrapolateSize(
  levels: readonly SizeEstimate[],
  flops: number,
  { clock }: Pick<Task, "clock"> = {},
): SizeEstimate & { readonly a: number } {
  const exponent = clock ? TIMED_EXPONENT : EXPONENT;
  const top = Math.max(...levels.map(({ C }) => C));
  const weighted = levels.map(({ C, logN, sd }) => {
    const x = Math.log(C / top);
    const extra = EXTRA.perLog * x;
    return { x, y: logN, w: 1 / (sd * sd + EXTRA.level * EXTRA.level + extra * extra) };
  });
  const sum = (of: (level: { x: number; y: number; w: number }) => number) =>
    weighted.reduce((total, level) => total + of(level), 0);
  const [w, wx, wy] = [sum((l) => l.w), sum((l) => l.w * l.x), sum((l) => l.w * l.y)];
  const precision = 1 / (exponent.sd * exponent.sd);
  const [mx, my] = [wx / w, wy / w];
  const sxx = sum((l) => l.w * (l.x - mx) * (l.x - mx)) + precision;
  const a = (sum((l) => l.w * (l.x - mx) * (l.y - my)) + precision * exponent.mean) / sxx;
  const distance = Math.log(flops / top) - mx;
  return { C: flops, logN: my + a * distance, sd: Math.sqrt(1 / w + (distance * distance) / sxx), a };
}

/** The target's optimum is looked for between √(C/120) divided by and times REACH. */
const SIZES = 25;
const REACH = 6;

/** ln of the sizes compared at the target, ascending. */
export function targetSizes(task: Task): number[] {
  const center = Math.log(usualSize(task.target, task));
  return Array.from({ length: SIZES }, (_, i) => center + Math.log(REACH) * ((2 * i) / (SIZES - 1) - 1));
}

/** The loss of each of those sizes at the target, in nats, under a law's variables; in a new array unless one is given. */
export function targetLosses(
  { lossAt, tokenRule }: LawFamily,
  logSizes: readonly number[],
  task: Task,
): (x: Float64Array, losses?: Float64Array) => Float64Array {
  const batchSize = Math.min(...task.admissible.batchSizes);
  const scales = logSizes.map((logN) => logScalesAt(Math.exp(logN), task.target, batchSize, tokenRule));
  return (x, losses = new Float64Array(scales.length)) => {
    const lossOf = lossAt(x);
    for (let i = 0; i < losses.length; i++) losses[i] = lossOf(scales[i]!);
    return losses;
  };
}

/** ln N of the lowest loss, by the parabola through the lowest size and its neighbors. */
export function lowestSize(losses: Float64Array, logSizes: readonly number[]): number {
  let at = 1;
  for (let i = 2; i < losses.length - 1; i++) if (losses[i]! < losses[at]!) at = i;
  const step = logSizes[1]! - logSizes[0]!;
  const [before, here, after] = [losses[at - 1]!, losses[at]!, losses[at + 1]!];
  const bend = before - 2 * here + after;
  const shift = bend > 0 ? (0.5 * (before - after)) / bend : before < after ? -1 : 1;
  return logSizes[at]! + step * Math.min(Math.max(shift, -1), 1);
}
