import { invertPositive } from "../../fit/kernels/matrix.ts";
import { buildWorld } from "../../surface/build-world.ts";
import { noiseSd } from "../../surface/noise.ts";
import type { SurfaceDocument } from "../../surface/surface.ts";
import { optimumOf } from "../../surface/truth.ts";
import type { World } from "../../surface/world.ts";
import type { WorldDocument } from "../../surface/world-document.ts";
import type { RunConfig } from "../../task/configuration.ts";

/** The lower bound for anyone who knows the form of a world's surface and uses its runs ideally. */
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
/** Least noise that is assumed of a run, in nats (standard deviation). */
const LEAST_NOISE = 1e-3;

/** Every constant known beforehand to about a third, independently of the others. */
export function vagueBelief(document: WorldDocument): ConstantsBelief {
  const size = leavesOf(document.surface).length;
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) covariance[i * size + i] = VAGUE * VAGUE;
  return { covariance };
}

/**
 * The Bayesian Cramér–Rao bound, linearized at the truth: with the Fisher information J of the runs and the prior's
 * covariance P, no estimate of the constants has a covariance below Σ = (P⁻¹ + J)⁻¹ on average. The loss at the target
 * moves with them by its gradient g, so its variance is gᵀΣg; the best choice θ* moves by −H⁻¹G dx, G = ∂²L/∂θ∂x, so
 * deciding by them costs ½·tr(H⁻¹GΣGᵀ) (Van Trees 1968, section 2.4; docs/statistics.md says what it leaves out).
 *
 * @param runs configurations that were trained; what the answers were does not matter.
 * @returns undefined where a covariance or H cannot be inverted.
 */
export function informationLimit(
  document: WorldDocument,
  runs: readonly RunConfig[],
  belief: ConstantsBelief,
): InformationLimit | undefined {
  return informationLimits(document, belief)(runs);
}

/** The same for runs to come, with what does not depend on them computed once. */
export function informationLimits(
  document: WorldDocument,
  { covariance }: ConstantsBelief,
): (runs: readonly RunConfig[]) => InformationLimit | undefined {
  const leaves = leavesOf(document.surface);
  const size = leaves.length;
  const at = (i: number, by: number): World =>
    buildWorld({ ...document, surface: withLeaf(document.surface, leaves[i]!, Math.exp(by)) });
  const shifted = leaves.map((_, i) => ({ up: at(i, STEP.constant), down: at(i, -STEP.constant) }));
  const gradient = (of: (world: World) => number) =>
    Float64Array.from(shifted, ({ up, down }) => (of(up) - of(down)) / (2 * STEP.constant));

  const world = buildWorld(document);
  const prior = invertPositive(covariance.slice(), size);
  const { config } = optimumOf(world);
  const slack = invertPositive(curvatureAt(config, world), AXES.length);
  if (!prior || !slack) return () => undefined;
  const cross = AXES.map((axis) => {
    const [up, down] = [axis(config, STEP.choice), axis(config, -STEP.choice)];
    return gradient((each) => (each.expectedLoss(up) - each.expectedLoss(down)) / (2 * STEP.choice));
  });
  const ofLoss = gradient((each) => each.expectedLoss(config));

  return (runs) => {
    const information = prior.slice();
    const losses = world.expectedLosses(runs);
    const moved = shifted.map(({ up, down }) => [up.expectedLosses(runs), down.expectedLosses(runs)] as const);
    for (let run = 0; run < runs.length; run++) {
      const sd = Math.max(LEAST_NOISE, noiseSd(document.noise, losses[run]!));
      const slope = moved.map(([up, down]) => (up[run]! - down[run]!) / (2 * STEP.constant));
      for (let a = 0; a < size; a++)
        for (let b = 0; b < size; b++) information[a * size + b]! += (slope[a]! * slope[b]!) / (sd * sd);
    }
    const posterior = invertPositive(information, size);
    if (!posterior) return undefined;
    const covarianceOf = (one: Float64Array, other: Float64Array) => {
      let sum = 0;
      for (let a = 0; a < size; a++)
        for (let b = 0; b < size; b++) sum += one[a]! * posterior[a * size + b]! * other[b]!;
      return sum;
    };
    let regret = 0;
    for (const [i, one] of cross.entries())
      for (const [j, other] of cross.entries()) regret += 0.5 * slack[i * AXES.length + j]! * covarianceOf(one, other);
    return { regret, lossSd: Math.sqrt(Math.max(0, covarianceOf(ofLoss, ofLoss))) };
  };
}

/** H by rows. Not its diagonal alone: the best rate goes with the size, so that a regret is shared between them. */
function curvatureAt(config: RunConfig, world: World): Float64Array {
  const size = AXES.length;
  const lossAt = (...moves: readonly (readonly [axis: number, by: number])[]) =>
    world.expectedLoss(moves.reduce((from, [axis, by]) => AXES[axis]!(from, by), config));
  const step = STEP.choice;
  const curvature = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const bend = (lossAt([i, step]) + lossAt([i, -step]) - 2 * lossAt()) / (step * step);
    curvature[i * size + i] = Math.max(FLAT, bend);
    for (let j = 0; j < i; j++) {
      const alike = lossAt([i, step], [j, step]) + lossAt([i, -step], [j, -step]);
      const apart = lossAt([i, step], [j, -step]) + lossAt([i, -step], [j, step]);
      curvature[i * size + j] = curvature[j * size + i] = (alike - apart) / (4 * step * step);
    }
  }
  return curvature;
}

/**
 * What is decided: the size at its aspect, the learning rate, the aspect at its size; shapes need not be whole here.
 */
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

/** The path of a number in a document. */
export type Leaf = readonly (string | number)[];

/** Every nonzero number of a surface, in the document's order. */
export function leavesOf(surface: SurfaceDocument): Leaf[] {
  return walk(surface, []);
}

export function valueAt(surface: SurfaceDocument, leaf: Leaf): number {
  let node: unknown = surface;
  for (const key of leaf) node = (node as Record<string | number, unknown>)[key];
  return node as number;
}

/** The surface with one number multiplied. */
export function withLeaf(surface: SurfaceDocument, leaf: Leaf, factor: number): SurfaceDocument {
  return multiplied(surface, leaf, factor) as SurfaceDocument;
}

function walk(node: unknown, path: Leaf): Leaf[] {
  if (typeof node === "number") return node === 0 ? [] : [path];
  if (Array.isArray(node)) return node.flatMap((value, i) => walk(value, [...path, i]));
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => walk(value, [...path, key]));
}

function multiplied(node: unknown, [key, ...rest]: Leaf, factor: number): unknown {
  if (key === undefined) return (node as number) * factor;
  if (Array.isArray(node)) return node.map((value, i) => (i === key ? multiplied(value, rest, factor) : value));
  const record = node as Record<string, unknown>;
  return { ...record, [key]: multiplied(record[key], rest, factor) };
}
