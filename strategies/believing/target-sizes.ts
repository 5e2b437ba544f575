import { chinchillaSize } from "../../src/law/chinchilla.ts";
import type { Task } from "../../src/task/task.ts";
import type { LawFamily } from "./law-families.ts";
import { logScalesAt } from "./law-families.ts";

/** The target's optimum is looked for between √(C/120) divided by and times REACH. */
const SIZES = 25;
const REACH = 6;

/** ln of the sizes compared at the target, ascending. */
export function targetSizes(task: Task): number[] {
  const center = Math.log(chinchillaSize(task.target));
  return Array.from({ length: SIZES }, (_, i) => center + Math.log(REACH) * ((2 * i) / (SIZES - 1) - 1));
}

/** The loss of each of those sizes at the target, in nats, under a law. */
export function targetLosses(
  family: LawFamily,
  x: Float64Array,
  logSizes: readonly number[],
  task: Task,
): Float64Array {
  const batchSize = Math.min(...task.admissible.batchSizes);
  return Float64Array.from(logSizes, (logN) =>
    family.loss(x, logScalesAt(Math.exp(logN), task.target, batchSize, family.tokenRule)),
  );
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
