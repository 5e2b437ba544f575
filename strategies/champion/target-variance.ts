import type { Task } from "../../src/task/task.ts";
import { gradientAt } from "../believing/laplace.ts";
import { bestChoice, type Choice, sightAt } from "./decision.ts";
import type { Fitted } from "./mixture.ts";

/** How what matters at the target moves with a family's variables, to first order. */
export interface TargetGradients {
  /** The sum of squares of these, in variance, is the regret expected of deciding now, in nats. */
  readonly regret: readonly Float64Array[];
  /** Of the loss at the choice. */
  readonly loss: Float64Array;
}

const STEP = 0.08;
/** Least curvature, in nats: where a family is flat the choice does not matter, whatever moves it. */
const FLAT = 2e-3;

/**
 * Near its best choice θ* a family's loss is ½·(θ − θ*)ᵀH(θ − θ*) above its least, and θ* moves by −H⁻¹G dx with the
 * variables x, G = ∂²L/∂θ∂x. So the regret of deciding by a normal x is ½·tr(H⁻¹ G Σ Gᵀ).
 */
export function targetGradients(
  { family, posterior }: Fitted,
  task: Task,
  rates: readonly [number, number],
): TargetGradients {
  const { mode } = posterior;
  const lossAt = (choice: Choice, x: Float64Array) => family.surfaceAt(x)(sightAt(choice, task));
  const best = bestChoice(family.surfaceAt(mode), task, rates);
  const moved = (axis: number, by: number, from: Choice = best) =>
    from.map((value, i) => (i === axis ? value + by : value)) as unknown as Choice;
  const axes = [0, 1, 2];
  const cross = axes.map((axis) => {
    const [up, down] = [moved(axis, STEP), moved(axis, -STEP)].map((choice) =>
      gradientAt((x) => lossAt(choice, x), mode),
    );
    return mode.map((_, k) => (up![k]! - down![k]!) / (2 * STEP));
  });
  const here = lossAt(best, mode);
  const bend = axes.map(
    (i) => (lossAt(moved(i, STEP), mode) + lossAt(moved(i, -STEP), mode) - 2 * here) / (STEP * STEP),
  );
  // The axes hardly interact; one curvature each keeps H positive wherever the mode lies.
  const regret = axes.map((i) => cross[i]!.map((value) => value / Math.sqrt(2 * Math.max(bend[i]!, FLAT))));
  return { regret, loss: gradientAt((x) => lossAt(best, x), mode) };
}
