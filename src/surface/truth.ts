import { nonEmbeddingParameters } from "../task/accounting.ts";
import { dividingHeads, HEAD_DIMENSION } from "../task/realize.ts";
import { inadmissibilities } from "../task/submission.ts";
import type { AnyWorld, Optimum } from "./world.ts";

/** The variables of the search: ln N, ln(d/L), ln η. */
type Position = readonly [logParameters: number, logAspect: number, logLearningRate: number];

interface Relaxed {
  readonly position: Position;
  readonly batchSize: number;
  readonly loss: number;
}

const optima = new WeakMap<AnyWorld, Map<number, Optimum>>();

/**
 * The best admissible submission of a world: the zero of regret. A scan over sizes, aspects, learning rates and batches
 * on the relaxed problem (sizes need not be whole), a compass search from its best point, then the whole shapes around
 * it. Computed once per world and budget; tests compare it with brute force.
 *
 * @param flops the budget trained with; the task's target unless the optimum elsewhere is asked for.
 * @throws RangeError when no admissible shape exists.
 *
 * @example
 * ```ts
 * import { buildWorld, optimumOf, presetDocument } from "isoflop";
 * const world = buildWorld(presetDocument("handout/smooth"));
 * optimumOf(world).loss; // 2.8295
 * optimumOf(world, 1e20).loss < optimumOf(world).loss; // true
 * ```
 */
export function optimumOf(world: AnyWorld, flops: number = world.task.target): Optimum {
  const search = world.replay ?? world.cluster;
  if (search?.optimum) return search.optimum(flops);
  const known = optima.get(world) ?? new Map<number, Optimum>();
  optima.set(world, known);
  let optimum = known.get(flops);
  if (!optimum) {
    optimum = searchOptimum(world, flops);
    known.set(flops, optimum);
  }
  return optimum;
}

/**
 * The best submission whose width is a multiple of 64, with heads of 64: what one would build. Its loss is hardly above
 * the optimum's, which it never replaces as the zero of regret; the optimum itself where the task admits no such shape.
 */
export function buildableOptimum(world: AnyWorld): Optimum {
  const optimum = optimumOf(world);
  const { admissible, target } = world.task;
  let best: Optimum | undefined;
  const near = Math.round(optimum.config.dModel / HEAD_DIMENSION);
  for (let heads = Math.max(1, Math.floor(near / 2)); heads <= 2 * near; heads++)
    for (let numLayers = admissible.numLayers[0]; numLayers <= admissible.numLayers[1]; numLayers++) {
      const config = { ...optimum.config, dModel: heads * HEAD_DIMENSION, numHeads: heads, numLayers };
      if (inadmissibilities(config, admissible, target).length > 0) continue;
      const loss = world.expectedLoss(config);
      if (!best || loss < best.loss) best = { config, loss };
    }
  return best ?? optimum;
}

/**
 * The least loss at the target over aspect, learning rate and batch, with N held at `parameters` (relaxed shapes);
 * infinite where no shape tried has this size and is admissible, as in a corner of the admissible sizes.
 */
export function bestLossAtSize(world: AnyWorld, parameters: number): number {
  const search = world.replay ?? world.cluster;
  if (search?.bestLossAtSize) return search.bestLossAtSize(parameters);
  const logParameters = Math.log(parameters);
  const loss = relaxedLoss(world, world.task.target);
  const start = scan(world, loss, [logParameters]);
  return start ? descend(start, [0, 0.5, 0.5], loss).loss : Number.POSITIVE_INFINITY;
}

function searchOptimum(world: AnyWorld, flops: number): Optimum {
  const loss = relaxedLoss(world, flops);
  const [lowest, highest] = sizeRange(world);
  const start = scan(world, loss, spaced(lowest, highest, 16));
  if (!start) throw new RangeError("no admissible configuration has a finite loss at this size");
  return wholeShape(world, flops, descend(start, [0.25, 0.5, 0.5], loss));
}

/** ln of the smallest and the largest N that may be submitted. */
function sizeRange({ task }: AnyWorld): [number, number] {
  const { dModel, numLayers } = task.admissible;
  return [
    Math.log(nonEmbeddingParameters({ dModel: dModel[0], numLayers: numLayers[0] })),
    Math.log(nonEmbeddingParameters({ dModel: dModel[1], numLayers: numLayers[1] })),
  ];
}

function relaxedLoss(world: AnyWorld, flops: number): (position: Position, batchSize: number) => number {
  const { admissible } = world.task;
  const within = (value: number, [low, high]: readonly [number, number]) =>
    value >= low * (1 - 1e-12) && value <= high * (1 + 1e-12);
  return ([logParameters, logAspect, logLearningRate], batchSize) => {
    const aspect = Math.exp(logAspect);
    const numLayers = Math.cbrt(Math.exp(logParameters) / (12 * aspect * aspect));
    const dModel = aspect * numLayers;
    const learningRate = Math.exp(logLearningRate);
    const admitted =
      within(numLayers, admissible.numLayers) &&
      within(dModel, admissible.dModel) &&
      within(aspect, admissible.aspectRatio) &&
      within(learningRate, admissible.learningRate);
    if (!admitted) return Number.POSITIVE_INFINITY;
    const numHeads = Math.max(1, dModel / Math.max(HEAD_DIMENSION, admissible.minimumHeadDimension));
    return world.expectedLoss({ dModel, numLayers, numHeads, batchSize, learningRate, trainFlops: flops });
  };
}

function scan(world: AnyWorld, loss: ReturnType<typeof relaxedLoss>, logSizes: readonly number[]): Relaxed | undefined {
  const { aspectRatio, learningRate, batchSizes } = world.task.admissible;
  let best: Relaxed | undefined;
  for (const batchSize of batchSizes)
    for (const logAspect of spaced(Math.log(aspectRatio[0]), Math.log(aspectRatio[1]), 5))
      for (const logLearningRate of spaced(Math.log(learningRate[0]), Math.log(learningRate[1]), 7))
        for (const logParameters of logSizes) {
          const position: Position = [logParameters, logAspect, logLearningRate];
          const value = loss(position, batchSize);
          if (value < (best?.loss ?? Number.POSITIVE_INFINITY)) best = { position, batchSize, loss: value };
        }
  return best;
}

/** Compass search: steps along each axis while one improves, then half the step. */
function descend(start: Relaxed, firstSteps: Position, loss: ReturnType<typeof relaxedLoss>): Relaxed {
  let best = start;
  for (let scale = 1; scale > 1e-4; ) {
    let moved = false;
    for (let axis = 0; axis < 3; axis++) {
      const step = (firstSteps[axis] as number) * scale;
      if (step === 0) continue;
      for (const direction of [step, -step]) {
        const position = best.position.map((value, i) =>
          i === axis ? value + direction : value,
        ) as unknown as Position;
        const value = loss(position, best.batchSize);
        if (value < best.loss) {
          best = { position, batchSize: best.batchSize, loss: value };
          moved = true;
        }
      }
    }
    if (!moved) scale /= 2;
  }
  return best;
}

/**
 * The best whole shape near a relaxed optimum: at every depth within a third of its own, the widths of nearly its size.
 */
function wholeShape(world: AnyWorld, flops: number, { position, batchSize }: Relaxed): Optimum {
  const [logParameters, logAspect, logLearningRate] = position;
  const { admissible } = world.task;
  const parameters = Math.exp(logParameters);
  const depth = Math.cbrt(parameters / (12 * Math.exp(2 * logAspect)));
  let best: Optimum | undefined;
  const consider = (dModel: number, numLayers: number) => {
    const numHeads = dividingHeads(dModel, admissible.minimumHeadDimension, (heads) =>
      Math.abs(Math.log(dModel / heads / HEAD_DIMENSION)),
    );
    const [lowest, highest] = admissible.learningRate;
    const learningRate = Math.min(Math.max(Math.exp(logLearningRate), lowest), highest);
    const config = { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops: flops };
    if (inadmissibilities(config, admissible, flops).length > 0) return;
    const loss = world.expectedLoss(config);
    if (!best || loss < best.loss) best = { config, loss };
  };
  for (let numLayers = Math.max(1, Math.floor(depth * 0.67)); numLayers <= Math.ceil(depth * 1.5); numLayers++) {
    const width = Math.sqrt(parameters / (12 * numLayers));
    for (let offset = -4; offset <= 4; offset++) consider(Math.round(width * (1 + offset / 100)), numLayers);
  }
  // Where no size is better than another (all models untrained), the relaxed optimum may be a corner that no whole
  // shape has.
  if (!best)
    for (let numLayers = admissible.numLayers[0]; numLayers <= admissible.numLayers[1]; numLayers++)
      for (const aspect of spaced(admissible.aspectRatio[0], admissible.aspectRatio[1], 24))
        consider(Math.round(aspect * numLayers), numLayers);
  const rough = best as Optimum | undefined;
  if (!rough) throw new RangeError("no whole shape is admissible");
  for (let offset = -12; offset <= 12; offset++) consider(rough.config.dModel + offset, rough.config.numLayers);
  return best as Optimum;
}

function spaced(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}
