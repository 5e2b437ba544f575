import type { Shape } from "../../src/task/configuration.ts";
import { queryableShape } from "../../src/task/realise.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { chinchillaSize } from "./literature.ts";

/** One level of an isoFLOP sweep: models of several sizes, each trained with the same FLOPs. */
export interface Level {
  /** FLOPs of each run. */
  readonly flops: number;
  readonly shapes: readonly Shape[];
}

/** Share of the cap that each level may take, from the top level down. */
const SHARES = [0.45, 0.3, 0.12, 0.05];
const MAXIMUM_SIZES = 7;
/** Three sizes at least: fewer cannot show a minimum inside. */
const MINIMUM_SIZES = 3;
/** Sizes of a level span √(C/120) divided by and times this. */
const SPAN = 4;

/**
 * Levels a factor of about three apart, the top one the largest budget of which its share of the cap buys three runs;
 * sizes evenly spaced in ln N around √(C/120), kept inside the search space. Levels ascending.
 */
export function isoflopDesign(task: Task): Level[] {
  const budgets = budgetsOf(task);
  const affordable = budgets.filter((flops) => flops * MINIMUM_SIZES <= (SHARES[0] as number) * task.cap * (1 + 1e-9));
  const levels: Level[] = [];
  let ceiling = Number.POSITIVE_INFINITY;
  for (const share of SHARES) {
    const flops = affordable.findLast((budget) => budget <= ceiling);
    if (flops === undefined) break;
    const count = Math.min(MAXIMUM_SIZES, Math.floor((share * task.cap) / flops + 1e-9));
    if (count >= MINIMUM_SIZES) levels.push({ flops, shapes: sizesAround(flops, count, task) });
    ceiling = flops / 2.5;
  }
  return levels.reverse();
}

function sizesAround(flops: number, count: number, task: Task): Shape[] {
  const centre = Math.log(chinchillaSize(flops));
  const shapes = Array.from({ length: count }, (_, i) =>
    queryableShape(Math.exp(centre + Math.log(SPAN) * ((2 * i) / (count - 1) - 1)), task),
  );
  return shapes.filter(
    (shape, i) =>
      shapes.findIndex((other) => other.dModel === shape.dModel && other.numLayers === shape.numLayers) === i,
  );
}
