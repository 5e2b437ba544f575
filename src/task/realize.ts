import { nonEmbeddingParameters } from "./accounting.ts";
import type { Shape } from "./configuration.ts";
import { accepts, type Domain, nearest } from "./search-space.ts";
import type { Admissible } from "./submission.ts";
import type { Task } from "./task.ts";

/** Head dimension a realized shape has where it can: the common choice of GPT-like models. */
export const HEAD_DIMENSION = 64;
/** d/L wanted of a shape unless another is asked for: in the flat of Kaplan et al. 2020, figure 5. */
const ASPECT_RATIO = 64;
/** Widths are multiples of this where one is allowed, so that heads of 64 divide them. */
const WIDTH_STEP = 64;
const MOST_LAYERS = 64;

/**
 * An admissible shape whose N = 12·L·d² is close to `parameters`: widths in multiples of 64 where one is admissible; a
 * size error of 2 % is forgiven for a better aspect ratio d/L, more than that is not.
 *
 * @param parameters N, the size wanted; outside what can be built, the nearest that can.
 * @param aspectRatio d/L wanted. @defaultValue 64
 * @throws RangeError for a size that is no positive number, and when no shape is admissible.
 *
 * @example
 * ```ts
 * import { buildWorld, presetDocument, realizeShape } from "isoflop";
 * const { task } = buildWorld(presetDocument("handout/smooth"));
 * realizeShape(3e8, task.admissible); // { dModel: 1152, numLayers: 19, numHeads: 18 }
 * realizeShape(-1, task.admissible); // throws RangeError
 * ```
 */
export function realizeShape(parameters: number, admissible: Admissible, aspectRatio: number = ASPECT_RATIO): Shape {
  checkSize(parameters);
  const [low, high] = admissible.aspectRatio;
  const layers = wholeNumbers(admissible.numLayers, 1);
  const allowed = (dModel: number, numLayers: number) => dModel / numLayers >= low && dModel / numLayers <= high;
  const widths = wholeNumbers(admissible.dModel, WIDTH_STEP);
  const width =
    closest(parameters, widths, layers, aspectRatio, allowed) ??
    closest(parameters, wholeNumbers(admissible.dModel, 1), layers, aspectRatio, allowed);
  if (!width) throw new RangeError("no shape is admissible: widen d_model, num_layers or the aspect ratio");
  const { dModel } = width;
  const wanted = wantedHeads(dModel);
  const numHeads = dividingHeads(dModel, admissible.minimumHeadDimension, (heads) => Math.abs(heads - wanted));
  return { ...width, numHeads };
}

/**
 * The same for a shape that can be asked of the training API: inside the task's search space.
 *
 * @throws RangeError for a size that is no positive number.
 *
 * @example
 * ```ts
 * import { buildWorld, presetDocument, queryableShape } from "isoflop";
 * const { task } = buildWorld(presetDocument("handout/smooth"));
 * queryableShape(3e7, task); // { dModel: 640, numLayers: 6, numHeads: 10 }
 * ```
 */
export function queryableShape(parameters: number, { searchSpace }: Task): Shape {
  checkSize(parameters);
  const layers = valuesIn(searchSpace.numLayers, 1);
  const width =
    closest(parameters, valuesIn(searchSpace.dModel, WIDTH_STEP), layers, ASPECT_RATIO, (dModel) =>
      accepts(searchSpace.numHeads, wantedHeads(dModel)),
    ) ?? closest(parameters, valuesIn(searchSpace.dModel, WIDTH_STEP), layers, ASPECT_RATIO, () => true);
  const { dModel, numLayers } = width as Width;
  return { dModel, numLayers, numHeads: nearest(searchSpace.numHeads, wantedHeads(dModel)) };
}

function checkSize(parameters: number): void {
  if (!(parameters > 0 && parameters < Number.POSITIVE_INFINITY))
    throw new RangeError(`a model size must be a positive number of parameters, got ${parameters}`);
}

type Width = Pick<Shape, "dModel" | "numLayers">;

/** What a size may be off by for free, in ln, and what more of it costs; aspects cost as much as they are off in ln. */
const SIZE_ERROR = { forgiven: 0.02, beyond: 50, within: 0.1 };

function closest(
  parameters: number,
  widths: readonly number[],
  layers: readonly number[],
  aspectRatio: number,
  allowed: (dModel: number, numLayers: number) => boolean,
): Width | undefined {
  let best: Width | undefined;
  let least = Number.POSITIVE_INFINITY;
  // A shape with one error beyond these cannot be the closest: most are passed over without a logarithm, or all of a width.
  let [mostSize, mostAspect] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const dModel of widths) {
    const perLayer = nonEmbeddingParameters({ dModel, numLayers: 1 }) / parameters;
    const fewest = (1 - 1e-9) * Math.max(1 / (mostSize * perLayer), dModel / (aspectRatio * mostAspect));
    const most = (1 + 1e-9) * Math.min(mostSize / perLayer, (dModel * mostAspect) / aspectRatio);
    if (fewest > most) continue;
    for (const numLayers of layers) {
      if (numLayers < fewest || numLayers > most) continue;
      const size = nonEmbeddingParameters({ dModel, numLayers }) / parameters;
      const aspect = dModel / numLayers / aspectRatio;
      if (size > mostSize || size * mostSize < 1 || aspect > mostAspect || aspect * mostAspect < 1) continue;
      if (!allowed(dModel, numLayers)) continue;
      const sizeError = Math.abs(Math.log(size));
      const tooFar = Math.max(0, sizeError - SIZE_ERROR.forgiven);
      const cost = SIZE_ERROR.beyond * tooFar + SIZE_ERROR.within * sizeError + Math.abs(Math.log(aspect));
      if (!(cost < least)) continue;
      best = { dModel, numLayers };
      least = cost;
      mostSize = (1 + 1e-9) * Math.exp(SIZE_ERROR.forgiven + cost / SIZE_ERROR.beyond);
      mostAspect = (1 + 1e-9) * Math.exp(cost);
    }
  }
  return best;
}

function wantedHeads(dModel: number): number {
  return Math.max(2, Math.round(dModel / HEAD_DIMENSION));
}

/** No model has more; of a mistyped size, more would be searched for without end. */
const MOST_HEADS = 100_000;

/**
 * The number of heads that divides the width, leaves each head wide enough and is nearest by `distance`; the fewest of
 * those as near.
 */
export function dividingHeads(
  dModel: number,
  minimumHeadDimension: number,
  distance: (numHeads: number) => number,
): number {
  let best = 1;
  for (let heads = 2; heads * minimumHeadDimension <= dModel && heads <= MOST_HEADS; heads++)
    if (dModel % heads === 0 && distance(heads) < distance(best)) best = heads;
  return best;
}

/** The multiples of `step` between two ends; all whole numbers there when no multiple is. */
function wholeNumbers([minimum, maximum]: readonly [number, number], step: number): number[] {
  const first = Math.ceil(minimum / step);
  const last = Math.floor(maximum / step);
  if (last < first && step > 1) return wholeNumbers([minimum, maximum], 1);
  const numbers: number[] = [];
  for (let i = first; i <= last; i++) numbers.push(i * step);
  return numbers;
}

function valuesIn(domain: Domain, step: number): readonly number[] {
  if (domain.kind === "choice") return domain.values;
  // No model has more layers than this, and a range may be as wide as its author likes.
  const highest = step === 1 ? Math.max(domain.minimum, Math.min(domain.maximum, MOST_LAYERS)) : domain.maximum;
  const values = wholeNumbers([domain.minimum, highest], step);
  return values.length > 0 ? values : [domain.minimum];
}
