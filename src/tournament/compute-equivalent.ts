import { optimumOf } from "../surface/truth.ts";
import type { World } from "../surface/world.ts";

/** Least share looked for: below it the answer is "a vanishing part". */
const FLOOR = 1 / 16_384;

/**
 * The share of the target's compute with which the best model would reach a loss: 1 for the optimum itself, 0.5 for a
 * submission no better than the best of half the compute. Optimal losses are found at halvings of the target and
 * interpolated linearly in ln C between them.
 *
 * @param loss expected loss of the submission at the target, in nats.
 */
export function computeEquivalent(world: World, loss: number): number {
  let share = 1;
  let above = optimumOf(world).loss;
  if (loss <= above) return 1;
  while (share > FLOOR) {
    const below = optimumOf(world, Math.round((world.task.target * share) / 2)).loss;
    if (below >= loss) return share * Math.exp((-Math.LN2 * (loss - above)) / (below - above));
    share /= 2;
    above = Math.max(above, below);
  }
  return FLOOR;
}
