import { nonNegative, objectSchema, positive } from "../../../task/schema.ts";
import { SEQUENCE_LENGTH } from "../../../task/stanford-2026/configuration.ts";
import type { JobPoint } from "../point.ts";
import type { JobLayer } from "./layer.ts";

/**
 * The largest allocation of a job: 512·B·(logit·vocabulary + L·(width·h + intermediate·ff)) bytes. One above the limit
 * fails. Measured on three error texts, to 0.1 %; the limit is a judgment: 137 GiB ran, 221 GiB failed.
 */
export interface MemoryLayer {
  readonly logit: number;
  readonly width: number;
  readonly intermediate: number;
  readonly limitGiB: number;
}

export const memory: JobLayer<MemoryLayer, (point: JobPoint) => { readonly bytes: number; readonly fits: boolean }> = {
  schema: objectSchema<MemoryLayer>({
    logit: nonNegative,
    width: nonNegative,
    intermediate: nonNegative,
    limitGiB: positive,
  }),
  build: (c) => (point) => {
    const { batch, vocabulary, depth, width, intermediate, float32 } = point;
    const perToken = c.logit * vocabulary + depth * (c.width * width + c.intermediate * intermediate);
    const bytes = SEQUENCE_LENGTH * batch * perToken * (float32 ? 2 : 1);
    return { bytes, fits: bytes <= c.limitGiB * GIB };
  },
};

const GIB = 1_073_741_824;
