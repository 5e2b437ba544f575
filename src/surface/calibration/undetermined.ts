import type { Rng } from "../../task/random.ts";
import type { BeyondTheBox } from "../laws/averaged/beyond-the-box.ts";
import type { SurfaceDocument } from "../surface.ts";

// What the answers of the training API do not determine: the floor with the capacity exponent, and all beyond the box
// (docs/surface.md, "What the answers do not determine").

/** The floors the answers allow, in nats (docs/surface.md, "What the answers do not determine"). */
const FLOORS = { lowest: 0, highest: 2.3 } as const;
/** α along the valley in which floor and capacity exponent trade off. */
const VALLEY = { intercept: 0.148, slope: 0.0385 } as const;
/** Standard deviation of α around the valley: its spread across left-out sources. */
export const VALLEY_SPREAD = 0.012;

/** The floor of draw `index` of `count`, evenly over those the answers allow. */
export function evenFloor(index: number, count: number): number {
  return FLOORS.lowest + ((FLOORS.highest - FLOORS.lowest) * (index + 0.5)) / count;
}

/** The capacity exponent that belongs to a floor. */
export function valleyExponent(E: number): number {
  return VALLEY.intercept + VALLEY.slope * E;
}

/** The middle of what worlds draw beyond the box (docs/surface.md, "Beyond the box"). */
export const CENTRAL_BEYOND: BeyondTheBox = {
  optimalLearningRate: 0.002,
  divergentLearningRate: 0.012,
  plateau: 6.5,
  widthReach: 0.12,
  shapeStrength: 0.02,
  bestAspectRatio: 56,
};

/** The same surface with new draws of what lies beyond the box. */
export function withBeyond(document: SurfaceDocument, rng: Rng): SurfaceDocument {
  const { base } = document;
  if (!("beyond" in base)) return document;
  const between = (low: number, high: number) => low + (high - low) * rng();
  const logBetween = (low: number, high: number) => Math.exp(between(Math.log(low), Math.log(high)));
  const optimalLearningRate = rounded(logBetween(1.2e-3, 4e-3));
  const beyond: BeyondTheBox = {
    optimalLearningRate,
    divergentLearningRate: rounded(optimalLearningRate * between(4, 8)),
    plateau: rounded(between(6.2, 6.9)),
    widthReach: rounded(logBetween(0.04, 0.3)),
    shapeStrength: rounded(logBetween(0.008, 0.04)),
    bestAspectRatio: rounded(logBetween(32, 96)),
  };
  return { ...document, base: { ...base, beyond } };
}

/** Drawn constants have four digits, to be readable. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
