import { nonEmbeddingParameters } from "./accounting.ts";
import type { Shape } from "./configuration.ts";
import { accepts } from "./search-space.ts";
import type { Admissible } from "./submission.ts";
import type { Task } from "./task.ts";

/** Head dimension a realised shape has where it can: the common choice of GPT-like models. */
const HEAD_DIMENSION = 64;
/** d/L wanted of a shape: in the flat of Kaplan et al. 2020, figure 5. */
const ASPECT_RATIO = 64;

/**
 * An admissible shape whose N = 12·L·d² is close to `parameters`: widths in multiples of 64 (so that heads of 64 divide
 * them); a size error of 2 % is forgiven for a better aspect ratio d/L, more than that is not.
 *
 * @param parameters N, the size wanted; outside what can be built, the nearest that can.
 * @throws RangeError when no width in multiples of 64 is admissible.
 */
export function realiseShape(parameters: number, admissible: Admissible): Shape {
  const [low, high] = admissible.aspectRatio;
  return closestShape(parameters, ({ dModel, numLayers }) => {
    const aspect = dModel / numLayers;
    return (
      dModel >= admissible.dModel[0] &&
      dModel <= admissible.dModel[1] &&
      numLayers >= admissible.numLayers[0] &&
      numLayers <= admissible.numLayers[1] &&
      aspect >= low &&
      aspect <= high
    );
  });
}

/** The same for a shape that can be asked of the training API: inside the task's search space. */
export function queryableShape(parameters: number, task: Task): Shape {
  const { dModel, numLayers, numHeads } = task.searchSpace;
  return closestShape(
    parameters,
    (shape) =>
      accepts(dModel, shape.dModel) && accepts(numLayers, shape.numLayers) && accepts(numHeads, shape.numHeads),
  );
}

const WIDTHS = Array.from({ length: 64 }, (_, i) => 64 * (i + 1));
const LAYERS = Array.from({ length: 64 }, (_, i) => i + 1);

function closestShape(parameters: number, allowed: (shape: Shape) => boolean): Shape {
  let best: { readonly shape: Shape; readonly cost: number } | undefined;
  for (const dModel of WIDTHS) {
    const numHeads = Math.max(2, dModel / HEAD_DIMENSION);
    for (const numLayers of LAYERS) {
      const shape = { dModel, numLayers, numHeads };
      if (!allowed(shape)) continue;
      const sizeError = Math.abs(Math.log(nonEmbeddingParameters(shape) / parameters));
      const aspectError = Math.abs(Math.log(dModel / numLayers / ASPECT_RATIO));
      const cost = 50 * Math.max(0, sizeError - 0.02) + 0.1 * sizeError + aspectError;
      if (!best || cost < best.cost) best = { shape, cost };
    }
  }
  if (!best)
    throw new RangeError("no width in multiples of 64 is allowed: widen d_model, num_layers or the aspect ratio");
  return best.shape;
}
