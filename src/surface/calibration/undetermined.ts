import type { Rng } from "../../task/random.ts";
import type { BeyondTheBox, Unseen } from "../laws/averaged/beyond-the-box.ts";
import type { SurfaceDocument } from "../surface.ts";

// What the answers of the training API do not determine: the floor with the capacity exponent, and all beyond the box
// (docs/surface.md, "What the answers do not determine").

/** The floors the answers allow, in nats (docs/surface.md, "What the answers do not determine"). */
const FLOORS = { lowest: 0, highest: 2.3 } as const;

/** The floor of draw `index` of `count`, evenly over those the answers allow. */
export function evenFloor(index: number, count: number): number {
  return FLOORS.lowest + ((FLOORS.highest - FLOORS.lowest) * (index + 0.5)) / count;
}

/** The middle of what worlds draw of diverged runs and of shapes beyond the box (docs/surface.md, "Beyond the box"). */
export const CENTRAL_UNSEEN: Unseen = { plateau: 6.5, widthReach: 0.12, shapeStrength: 0.02, bestAspectRatio: 56 };

/** The same with one best learning rate for every size. */
export const CENTRAL_BEYOND: BeyondTheBox = {
  optimalLearningRate: 0.002,
  divergentLearningRate: 0.012,
  ...CENTRAL_UNSEEN,
};

export function drawUnseen(rng: Rng): Unseen {
  return {
    plateau: rounded(between(rng, 6.2, 6.9)),
    widthReach: rounded(logBetween(rng, 0.04, 0.3)),
    shapeStrength: rounded(logBetween(rng, 0.008, 0.04)),
    bestAspectRatio: rounded(logBetween(rng, 32, 96)),
  };
}

/** A gated or mechanistic surface with new draws of what lies beyond the box. */
export function withBeyond(document: SurfaceDocument, rng: Rng): SurfaceDocument {
  const { base } = document;
  if (base.law !== "gated" && base.law !== "mechanistic") return document;
  const optimalLearningRate = rounded(logBetween(rng, 1.2e-3, 4e-3));
  const divergentLearningRate = rounded(optimalLearningRate * between(rng, 4, 8));
  return { ...document, base: { ...base, beyond: { optimalLearningRate, divergentLearningRate, ...drawUnseen(rng) } } };
}

export function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng();
}

export function logBetween(rng: Rng, low: number, high: number): number {
  return Math.exp(between(rng, Math.log(low), Math.log(high)));
}

/** Drawn constants have four digits, to be readable. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
