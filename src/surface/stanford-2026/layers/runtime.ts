import { nonNegative, objectSchema, positive } from "../../../task/schema.ts";
import { VALIDATION_TOKENS } from "../../../task/stanford-2026/configuration.ts";
import type { JobPoint } from "../point.ts";
import type { JobLayer } from "./layer.ts";

/**
 * Seconds that a job trains, without noise: (D + evaluation·n_evals·2^18)·τ, with seconds per token
 *
 *     τ = token + layer·L + width·L·h + flops·L·(4h² + 3h·ff) + step·L/(512·B)
 */
export interface RuntimeLayer {
  readonly token: number;
  readonly layer: number;
  readonly width: number;
  readonly flops: number;
  readonly step: number;
  /** The price of evaluating a token, in trained tokens. */
  readonly evaluation: number;
}

export const runtime: JobLayer<RuntimeLayer, (point: JobPoint) => number> = {
  schema: objectSchema<RuntimeLayer>({
    token: positive,
    layer: nonNegative,
    width: nonNegative,
    flops: positive,
    step: nonNegative,
    evaluation: nonNegative,
  }),
  build: (c) => (point) => {
    const { width: h, depth: L, intermediate, batch, tokens, evaluations } = point;
    const perLayer = c.layer + c.width * h + c.flops * (4 * h * h + 3 * h * intermediate) + c.step / (512 * batch);
    return (tokens + c.evaluation * evaluations * VALIDATION_TOKENS) * (c.token + L * perLayer);
  },
};
