import type { Task } from "../../src/task/task.ts";
import { gradientAt } from "../believing/index.ts";
import { bestChoice, type Choice, logFeaturesAt } from "./decision.ts";
import type { Fitted } from "./mixture.ts";

/** How the decision at the target depends on a family's variables, to first order. */
export interface TargetGradients {
  /** The variances along these add up to the expected regret of deciding now, in nats. */
  readonly regret: readonly Float64Array[];
  /** Gradient of the loss at the best choice. */
  readonly loss: Float64Array;
}

const STEP = 0.08;
/** Least curvature, in nats: where a family is flat, the choice hardly matters. */
const FLAT = 2e-3;

/**
 * Near its best choice θ*, a family's loss exceeds its minimum by ½·(θ − θ*)ᵀH(θ − θ*), and θ* moves by −H⁻¹G dx with the
 * variables x, where G = ∂²L/∂θ∂x. So the expected regret of a decision under normal x is ½·tr(H⁻¹ G Σ Gᵀ).
 */
export function targetGradients(
  { family, posterior }: Fitted,
  task: Task,
  rates: readonly [number, number],
): TargetGradients {
  const { mode } = posterior;
  const lossAt = (choice: Choice, x: Float64Array) => family.surfaceAt(x)(logFeaturesAt(choice, task));
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
  // The axes hardly interact, and a diagonal H stays positive wherever the mode lies.
  const regret = axes.map((i) => cross[i]!.map((value) => value / Math.sqrt(2 * Math.max(bend[i]!, FLAT))));
  return { regret, loss: gradientAt((x) => lossAt(best, x), mode) };
}
