import { budgetsOf, type Task } from "../../src/task/task.ts";

/** One level of an isoFLOP sweep: models of several sizes, each trained with the same FLOPs. */
export interface Level {
  /** FLOPs of each run. */
  readonly flops: number;
  /** How many sizes its share of the cap buys. */
  readonly count: number;
}

/** Share of the cap that each level may take, from the top level down; the rest tunes and re-checks the learning rate. */
const SHARES = [0.6, 0.2, 0.08, 0.04];
const MAXIMUM_SIZES = 7;
/** Three sizes at least: fewer cannot show a minimum inside. */
const MINIMUM_SIZES = 3;
/** A level is at least this far below the next one, in C. */
const APART = 2.5;

/**
 * Levels a factor of about three apart, the top one the largest budget of which its share of the cap buys `sizesAtTop`
 * runs. Levels ascending; none where the cap buys no three runs of any budget.
 */
export function isoflopDesign(task: Task, sizesAtTop = 4): Level[] {
  const budgets = budgetsOf(task);
  const levels: Level[] = [];
  let ceiling = Number.POSITIVE_INFINITY;
  for (const share of SHARES) {
    const purse = share * task.cap * (1 + 1e-9);
    const least = levels.length === 0 ? sizesAtTop : MINIMUM_SIZES;
    const flops = budgets.findLast((budget) => budget <= ceiling && budget * least <= purse);
    if (flops === undefined) break;
    levels.push({ flops, count: Math.min(MAXIMUM_SIZES, Math.floor(purse / flops)) });
    ceiling = flops / APART;
  }
  return levels.reverse();
}
