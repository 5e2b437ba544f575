import { invertPositive } from "../../../src/fit/kernels/matrix.ts";
import { buildWorld } from "../../../src/surface/build-world.ts";
import { noiseSd } from "../../../src/surface/noise.ts";
import { optimumOf } from "../../../src/surface/truth.ts";
import type { World } from "../../../src/surface/world.ts";
import type { WorldDocument } from "../../../src/surface/world-document.ts";
import type { RunConfig } from "../../../src/task/configuration.ts";
import { leavesOf, withLeaf } from "./leaves.ts";

/** The least that anyone can expect who knows the form of a world's surface and reads its runs as well as can be. */
export interface InformationLimit {
  /** Expected regret at the target, in nats. */
  readonly regret: number;
  /** Standard deviation of the loss at the target's best configuration, in nats. */
  readonly lossSd: number;
}

/** What is known of a surface's constants before any run: the covariance of their natural logarithms, leaf by leaf. */
export interface ConstantsBelief {
  /** Size × size, by rows, in the order of the leaves; symmetric positive definite. */
  readonly covariance: Float64Array;
}

/** Step in ln of a constant, and in ln of what is decided. */
const STEP = { constant: 1e-3, choice: 0.08 };
/** One standard deviation of a constant about which nothing is known but its order of magnitude. */
const VAGUE = 0.3;
/** Least curvature along a decision, in nats: where the loss is flat the decision does not matter. */
const FLAT = 2e-3;
/** Standard deviation in nats below which no run is believed, as none of ours is. */
const LEAST_NOISE = 1e-3;

/** Every constant known beforehand to about a third, independently of the others. */
export function vagueBelief(document: WorldDocument): ConstantsBelief {
  const size = leavesOf(document.surface).length;
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) covariance[i * size + i] = VAGUE * VAGUE;
  return { covariance };
}

/**
 * The Bayesian Cramér–Rao bound, linearised at the truth: with the Fisher information J of the runs and the prior's
 * covariance P, no estimate of the constants has a covariance below Σ = (P⁻¹ + J)⁻¹ on average. The loss at the target
 * moves with them by its gradient g, so its variance is gᵀΣg; the best choice θ* moves by −H⁻¹G dx, G = ∂²L/∂θ∂x, so
 * deciding by them costs ½·tr(H⁻¹GΣGᵀ) (Van Trees 1968, section 2.4; docs/champion.md says what it leaves out).
 *
 * @param runs configurations that were trained; what the answers were does not matter.
 */
export function informationLimit(
  document: WorldDocument,
  runs: readonly RunConfig[],
  { covariance }: ConstantsBelief,
): InformationLimit | undefined {
  const leaves = leavesOf(document.surface);
  const size = leaves.length;
  const at = (i: number, by: number): World =>
    buildWorld({ ...document, surface: withLeaf(document.surface, leaves[i]!, Math.exp(by)) });
  const shifted = leaves.map((_, i) => ({ up: at(i, STEP.constant), down: at(i, -STEP.constant) }));
  const gradient = (of: (world: World) => number) =>
    Float64Array.from(shifted, ({ up, down }) => (of(up) - of(down)) / (2 * STEP.constant));

  const world = buildWorld(document);
  const information = invertPositive(covariance.slice(), size);
  if (!information) return undefined;
  for (const run of runs) {
    const sd = Math.max(LEAST_NOISE, noiseSd(document.noise, world.expectedLoss(run)));
    const slope = gradient((each) => each.expectedLoss(run));
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++) information[a * size + b]! += (slope[a]! * slope[b]!) / (sd * sd);
  }
  const posterior = invertPositive(information, size);
  if (!posterior) return undefined;

  const { config } = optimumOf(world);
  const variance = (of: Float64Array) => {
    let sum = 0;
    for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) sum += of[a]! * posterior[a * size + b]! * of[b]!;
    return Math.max(0, sum);
  };
  let regret = 0;
  for (const axis of AXES) {
    const [up, down] = [axis(config, STEP.choice), axis(config, -STEP.choice)];
    const bend =
      (world.expectedLoss(up) + world.expectedLoss(down) - 2 * world.expectedLoss(config)) /
      (STEP.choice * STEP.choice);
    const cross = gradient((each) => (each.expectedLoss(up) - each.expectedLoss(down)) / (2 * STEP.choice));
    regret += variance(cross) / (2 * Math.max(bend, FLAT));
  }
  return { regret, lossSd: Math.sqrt(variance(gradient((each) => each.expectedLoss(config)))) };
}

/** What is decided: the size at its aspect, the learning rate, the aspect at its size; shapes need not be whole here. */
const AXES: readonly ((config: RunConfig, by: number) => RunConfig)[] = [
  (config, by) => scaled(config, by / 3, by / 3),
  (config, by) => ({ ...config, learningRate: config.learningRate * Math.exp(by) }),
  (config, by) => scaled(config, by / 3, (-2 * by) / 3),
];

function scaled(config: RunConfig, width: number, depth: number): RunConfig {
  return {
    ...config,
    dModel: config.dModel * Math.exp(width),
    numHeads: config.numHeads * Math.exp(width),
    numLayers: config.numLayers * Math.exp(depth),
  };
}
