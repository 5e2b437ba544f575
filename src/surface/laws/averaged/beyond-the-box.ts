import * as z from "zod";
import { type Fields, nonNegative, type ObjectSchema, objectSchema, positive } from "../../../task/schema.ts";
import type { Point } from "../../points.ts";

/**
 * Diverged runs and shapes outside the API's ranges, which no real answer covers. Drawn per world (docs/surface.md,
 * "Beyond the box").
 */
export interface Unseen {
  /** Loss of a diverged run, in nats. */
  readonly plateau: number;
  /** ρ: the most that widths, or depths, beyond the box can still gain, in ln d or ln L; 0 for none. */
  readonly widthReach: number;
  /** k of k·ln²((d/L)/r*), in nats, faded in outside the box. */
  readonly shapeStrength: number;
  /** r*. */
  readonly bestAspectRatio: number;
}

/** The same with one best learning rate for every size, above those that were asked for. */
export interface BeyondTheBox extends Unseen {
  /** The best learning rate: above 1e-3, where the answers end. */
  readonly optimalLearningRate: number;
  /** Learning rate at which the loss is half way to the plateau of a diverged run. */
  readonly divergentLearningRate: number;
}

export const unseenFields: Fields<Unseen> = {
  plateau: positive,
  widthReach: nonNegative,
  shapeStrength: nonNegative,
  bestAspectRatio: positive,
};

export const beyondSchema: ObjectSchema<BeyondTheBox> = objectSchema<BeyondTheBox>({
  optimalLearningRate: z.number().gt(1e-3),
  divergentLearningRate: z.number().gt(1e-3),
  ...unseenFields,
});

/** The edges of the API's box, beyond which there are no answers. */
const BOX = { learningRate: 1e-3, dModel: 1024, numLayers: 24 } as const;
/** Width of the divergence in ln η: from a tenth to nine tenths of the way within a factor of 1.6. */
const DIVERGENCE_WIDTH = 0.1;

/**
 * ln of the width that counts. Up to the edge of the box it is the width's own; beyond, it continues with the same
 * slope and levels off at ρ more; otherwise absurdly wide models would win.
 */
export function creditedLogWidth(dModel: number, { widthReach }: Unseen): number {
  return credited(dModel, BOX.dModel, widthReach);
}

/** The same of the depth. */
export function creditedLogDepth(numLayers: number, { widthReach }: Unseen): number {
  return credited(numLayers, BOX.numLayers, widthReach);
}

function credited(size: number, edge: number, reach: number): number {
  if (size <= edge) return Math.log(size);
  const beyond = Math.log(size / edge);
  return Math.log(edge) + (reach === 0 ? 0 : -reach * Math.expm1(-beyond / reach));
}

/**
 * ln(η/1e-3) where there are answers. Above, x - x²/(2x*) with x* at the optimum: the gain continues with the same
 * slope, levels off at the optimal learning rate, and falls.
 */
export function usefulLogLearningRate(learningRate: number, { optimalLearningRate }: BeyondTheBox): number {
  const x = Math.log(learningRate / BOX.learningRate);
  if (x <= 0) return x;
  return x - (x * x) / (2 * Math.log(optimalLearningRate / BOX.learningRate));
}

/**
 * A reported loss with what lies outside the box added: the shape's penalty, never more than was gained, and
 * divergence.
 */
export function beyondTheBox(reported: number, untrainedLoss: number, point: Point, beyond: BeyondTheBox): number {
  const gained = untrainedLoss - reported;
  const logRate = Math.log(point.learningRate / BOX.learningRate);
  const onset = Math.log(beyond.divergentLearningRate / BOX.learningRate);
  return diverged(reported + Math.min(gained, shapePenalty(point, beyond)), logRate, onset, beyond);
}

/**
/**
 * Divergence above the box's learning rates; what it would add at the edge is subtracted, so that the loss is
 * continuous.
 *
 * @param logRate ln of the learning rate over 1e-3.
 * @param onset ln of the rate, over 1e-3, at which the loss is half way to the plateau.
 */
export function diverged(loss: number, logRate: number, onset: number, { plateau }: Unseen): number {
  if (logRate <= 0 || loss >= plateau) return loss;
  const share = logistic((logRate - onset) / DIVERGENCE_WIDTH) - logistic(-onset / DIVERGENCE_WIDTH);
  return loss + (plateau - loss) * share;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** k·ln²((d/L)/r*), faded in from the edge of the box, where the answers end, by how far outside the shape lies. */
export function shapePenalty(
  { dModel, numLayers }: Pick<Point, "dModel" | "numLayers">,
  { shapeStrength, bestAspectRatio }: Unseen,
): number {
  const inside = Math.min(1, BOX.dModel / dModel) * Math.min(1, BOX.numLayers / numLayers);
  if (inside === 1) return 0;
  const aspect = Math.log(dModel / numLayers / bestAspectRatio);
  return (1 - inside) * shapeStrength * aspect * aspect;
}
