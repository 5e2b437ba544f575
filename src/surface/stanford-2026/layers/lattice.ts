import { nonNegative, objectSchema, positive } from "../../../task/schema.ts";
import { hashWord, normal } from "../../hash.ts";
import type { JobPoint } from "../point.ts";
import type { JobLayer } from "./layer.ts";

/**
 * How losses are reported: the mean over 512/val_batch_size batches of numbers in bfloat16, eight significant bits. With
 * 16 batches, losses from 2 to 4 are multiples of 1/1024.
 */
export interface LatticeLayer {
  /** Standard deviation between the batches of one evaluation once trained, in nats. */
  readonly spread: number;
  readonly untrained: number;
}

/** The reported loss of an expected one. */
export type Reporter = (loss: number, point: JobPoint, hash: number, evaluation: number) => number;

export const lattice: JobLayer<LatticeLayer, Reporter> = {
  schema: objectSchema<LatticeLayer>({ spread: nonNegative, untrained: positive }),
  build:
    ({ spread, untrained }) =>
    (loss, { validationBatch, float32 }, hash, evaluation) => {
      if (float32) return loss;
      const batches = 512 / validationBatch;
      const grid = bfloat16Step(loss);
      // Of many batches the mean is as good as free of their rounding.
      if (batches > MANY) return Math.round((loss * batches) / grid) * (grid / batches);
      const own = spread * Math.min(1, Math.max(0, untrained - loss) / FULL_SPREAD);
      const draws = Array.from({ length: batches }, (_, i) => own * normal(hashWord(hash, evaluation), 2 * i));
      const mean = draws.reduce((sum, draw) => sum + draw, 0) / batches;
      return draws.reduce((sum, draw) => sum + bfloat16(loss + draw - mean), 0) / batches;
    },
};

const MANY = 64;
/** Nats below the untrained loss from which on the batches differ as much as they ever do. */
const FULL_SPREAD = 3;

function bfloat16(value: number): number {
  const step = bfloat16Step(value);
  return Math.round(value / step) * step;
}

/** The distance of neighboring bfloat16 numbers at a value. */
function bfloat16Step(value: number): number {
  let step = 1 / 128;
  for (let x = Math.abs(value); x >= 2 && step < 1e300; x /= 2) step *= 2;
  for (let x = Math.abs(value); x < 1 && step > 1e-300; x *= 2) step /= 2;
  return step;
}
