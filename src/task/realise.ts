import { nonEmbeddingParameters } from "./accounting.ts";
import type { Shape } from "./configuration.ts";
import type { Admissible } from "./submission.ts";

/** Head dimension a realised shape has where it can: the common choice of GPT-like models. */
const HEAD_DIMENSION = 64;

/**
 * An admissible shape whose N = 12·L·d² is close to `parameters`: widths in multiples of 64 (so that heads of 64 divide
 * them); a size error of 2 % is forgiven for a better aspect ratio d/L, more than that is not.
 *
 * @param parameters N, the size wanted; outside what can be built, the nearest that can.
 * @param aspectRatio d/L wanted, 64 by default (Kaplan et al. 2020, figure 5: flat between 30 and 100).
 */
export function realiseShape(parameters: number, admissible: Admissible, aspectRatio = 64): Shape {
  const [minimumLayers, maximumLayers] = admissible.numLayers;
  const [minimumAspect, maximumAspect] = admissible.aspectRatio;
  let best: { shape: Shape; cost: number } | undefined;
  for (let numLayers = minimumLayers; numLayers <= maximumLayers; numLayers++) {
    const ideal = Math.sqrt(parameters / (12 * numLayers));
    for (const dModel of [Math.floor(ideal / 64) * 64, Math.ceil(ideal / 64) * 64, 64]) {
      const aspect = dModel / numLayers;
      if (dModel < admissible.dModel[0] || dModel > admissible.dModel[1]) continue;
      if (aspect < minimumAspect || aspect > maximumAspect) continue;
      const sizeError = Math.abs(Math.log(nonEmbeddingParameters({ dModel, numLayers }) / parameters));
      const cost = Math.max(0, sizeError - 0.02) * 50 + 0.1 * sizeError + Math.abs(Math.log(aspect / aspectRatio));
      if (!best || cost < best.cost) best = { shape: { dModel, numLayers, numHeads: dModel / HEAD_DIMENSION }, cost };
    }
  }
  if (!best) throw new RangeError("no width in multiples of 64 is admissible: widen d_model or the aspect ratio");
  return best.shape;
}
