import { nonNegative, objectSchema, positive, share } from "../../../task/schema.ts";
import { VALIDATION_TOKENS } from "../../../task/stanford-2026/configuration.ts";
import type { JobPoint } from "../point.ts";
import type { JobLayer } from "./layer.ts";

/**
 * Seconds that a job trains, without noise: (D + evaluation·n_evals·2^18)·τ, with seconds per token
 *
 *     τ = token + layer·L + width·L·h + intermediate·L·ff + flops·(L·(4h² + 3h·ff) + logits·h·vocabulary) + step·L/(512·B)
 */
export interface RuntimeLayer {
  readonly token: number;
  readonly layer: number;
  readonly width: number;
  readonly intermediate: number;
  readonly flops: number;
  /** The share of the output layer's multiplications that counts. */
  readonly logits: number;
  readonly step: number;
  /** The price of evaluating a token, in trained tokens. */
  readonly evaluation: number;
}

export const runtime: JobLayer<RuntimeLayer, (point: JobPoint) => number> = {
  schema: objectSchema<RuntimeLayer>({
    token: positive,
    layer: nonNegative,
    width: nonNegative,
    intermediate: nonNegative,
    flops: positive,
    logits: share,
    step: nonNegative,
    evaluation: nonNegative,
  }),
  build: (c) => (point) => {
    const { width: h, depth: L, intermediate: ff, batch, vocabulary, tokens, evaluations } = point;
    const multiplications = L * (4 * h * h + 3 * h * ff) + c.logits * h * vocabulary;
    const perLayer = c.layer + c.width * h + c.intermediate * ff + c.step / (512 * batch);
    const perToken = c.token + L * perLayer + c.flops * multiplications;
    return (tokens + c.evaluation * evaluations * VALIDATION_TOKENS) * perToken;
  },
};
