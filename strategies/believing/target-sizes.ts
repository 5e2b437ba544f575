import type { Task } from "../../src/task/task.ts";
import type { LawFamily } from "./families.ts";
import { sightAt } from "./families.ts";
import { chinchillaSize } from "./literature.ts";

/** Sizes between which the target's optimum is looked for: √(C/120) divided by and times six. */
const SIZES = 25;
const REACH = 6;

/** ln of the sizes a decision at the target is taken among, ascending. */
export function targetSizes(task: Task): number[] {
  const centre = Math.log(chinchillaSize(task.target));
  return Array.from({ length: SIZES }, (_, i) => centre + Math.log(REACH) * ((2 * i) / (SIZES - 1) - 1));
}

/** What a law says of each of those sizes at the target. */
export function targetLosses(
  family: LawFamily,
  x: Float64Array,
  logSizes: readonly number[],
  task: Task,
): Float64Array {
  const batchSize = Math.min(...task.admissible.batchSizes);
  return Float64Array.from(logSizes, (logN) =>
    family.loss(x, sightAt(Math.exp(logN), task.target, batchSize, family.account)),
  );
}

/** ln N where losses over the sizes are lowest, by the parabola through the lowest and its neighbours. */
export function lowestSize(losses: Float64Array, logSizes: readonly number[]): number {
  let at = 1;
  for (let i = 2; i < losses.length - 1; i++) if (losses[i]! < losses[at]!) at = i;
  const step = logSizes[1]! - logSizes[0]!;
  const [before, here, after] = [losses[at - 1]!, losses[at]!, losses[at + 1]!];
  const bend = before - 2 * here + after;
  const shift = bend > 0 ? (0.5 * (before - after)) / bend : before < after ? -1 : 1;
  return logSizes[at]! + step * Math.min(Math.max(shift, -1), 1);
}
