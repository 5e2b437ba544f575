import { type Surface, withTokens } from "../point.ts";
import { saturated } from "../saturation.ts";

/** Slow first steps and the plateau of the untrained model (docs/surface.md, "Few steps"). */
export interface FewStepsLayer {
  readonly layer: "few-steps";
  /** S_w: of S steps, S²/(S + S_w) count. */
  readonly slowSteps: number;
  /** p of the saturation at the untrained loss. */
  readonly sharpness: number;
}

export function fewStepsLayer(inner: Surface, layer: Omit<FewStepsLayer, "layer">, untrainedLoss: number): Surface {
  const { slowSteps, sharpness } = layer;
  return (point) => {
    const loss = withTokens(inner, point, point.steps / (point.steps + slowSteps));
    return saturated(loss, untrainedLoss, sharpness);
  };
}
