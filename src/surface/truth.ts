import { nonEmbeddingParameters } from "../task/accounting.ts";
import type { RunConfig } from "../task/configuration.ts";
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
  const configs: RunConfig[] = [];
  const near = Math.round(optimum.config.dModel / HEAD_DIMENSION);
  for (let heads = Math.max(1, Math.floor(near / 2)); heads <= 2 * near; heads++)
    for (let numLayers = admissible.numLayers[0]; numLayers <= admissible.numLayers[1]; numLayers++) {
      const config = { ...optimum.config, dModel: heads * HEAD_DIMENSION, numHeads: heads, numLayers };
      if (inadmissibilities(config, admissible, target).length === 0) configs.push(config);
    }
  return bestOf(world, configs) ?? optimum;
}

/**
 * The least loss at the target over aspect, learning rate and batch, with N held at `parameters` (relaxed shapes);
 * infinite where no shape tried has this size and is admissible, as in a corner of the admissible sizes.
 */
export function bestLossAtSize(world: AnyWorld, parameters: number): number {
  const search = world.replay ?? world.cluster;
  if (search?.bestLossAtSize) return search.bestLossAtSize(parameters);
  const logParameters = Math.log(parameters);
  const start = scan(world, world.task.target, [logParameters]);
  return start ? descend(world, world.task.target, start, [0, 0.5, 0.5]).loss : Number.POSITIVE_INFINITY;
}

function searchOptimum(world: AnyWorld, flops: number): Optimum {
  const [smallest, largest] = sizeRange(world);
  const start = scan(world, flops, spaced(smallest, largest, 16));
  if (!start) throw new RangeError("no admissible configuration has a finite loss at this size");
  return wholeShape(world, flops, descend(world, flops, start, [0.25, 0.5, 0.5]));
}

/** ln of the smallest and the largest N that may be submitted. */
function sizeRange({ task }: AnyWorld): [number, number] {
  const { dModel, numLayers } = task.admissible;
  return [
    Math.log(nonEmbeddingParameters({ dModel: dModel[0], numLayers: numLayers[0] })),
    Math.log(nonEmbeddingParameters({ dModel: dModel[1], numLayers: numLayers[1] })),
  ];
}

/** A shape whose sizes need not be whole; undefined where it may not be submitted. */
function relaxedShape(
  { task: { admissible } }: AnyWorld,
  logParameters: number,
  logAspect: number,
): Pick<RunConfig, "dModel" | "numLayers" | "numHeads"> | undefined {
  const aspect = Math.exp(logAspect);
  const numLayers = Math.cbrt(Math.exp(logParameters) / (12 * aspect * aspect));
  const dModel = aspect * numLayers;
  const admitted =
    within(numLayers, admissible.numLayers) &&
    within(dModel, admissible.dModel) &&
    within(aspect, admissible.aspectRatio);
  if (!admitted) return undefined;
  const numHeads = Math.max(1, dModel / Math.max(HEAD_DIMENSION, admissible.minimumHeadDimension));
  return { dModel, numLayers, numHeads };
}

function within(value: number, range: readonly [number, number]): boolean {
  return value >= range[0] * (1 - 1e-12) && value <= range[1] * (1 + 1e-12);
}

function scan(world: AnyWorld, flops: number, logSizes: readonly number[]): Relaxed | undefined {
  const { configs, positions } = relaxedGrid(world, flops, logSizes);
  const losses = world.expectedLosses(configs);
  const best = lowest(losses);
  if (!((losses[best] ?? Number.POSITIVE_INFINITY) < Number.POSITIVE_INFINITY)) return undefined;
  return { position: positions[best]!, batchSize: configs[best]!.batchSize, loss: losses[best]! };
}

/** The relaxed configurations of these sizes that may be submitted, with their positions. */
function relaxedGrid(world: AnyWorld, trainFlops: number, logSizes: readonly number[]) {
  const { aspectRatio, learningRate: rates, batchSizes } = world.task.admissible;
  const configs: RunConfig[] = [];
  const positions: Position[] = [];
  const shapes = spaced(Math.log(aspectRatio[0]), Math.log(aspectRatio[1]), 5).map((logAspect) =>
    logSizes.map((logParameters) => ({
      logParameters,
      logAspect,
      shape: relaxedShape(world, logParameters, logAspect),
    })),
  );
  const logRates = spaced(Math.log(rates[0]), Math.log(rates[1]), 7);
  for (const batchSize of batchSizes)
    for (const ofAspect of shapes)
      for (const logLearningRate of logRates) {
        const learningRate = Math.exp(logLearningRate);
        if (!within(learningRate, rates)) continue;
        for (const { logParameters, logAspect, shape } of ofAspect) {
          if (!shape) continue;
          const { dModel, numLayers, numHeads } = shape;
          configs.push({ dModel, numLayers, numHeads, batchSize, learningRate, trainFlops });
          positions.push([logParameters, logAspect, logLearningRate]);
        }
      }
  return { configs, positions };
}

/** Compass search: steps along each axis while one improves, then half the step. */
function descend(world: AnyWorld, trainFlops: number, start: Relaxed, firstSteps: Position): Relaxed {
  const { batchSize } = start;
  const position: [number, number, number] = [start.position[0], start.position[1], start.position[2]];
  const lossHere = () => {
    const shape = relaxedShape(world, position[0], position[1]);
    const learningRate = Math.exp(position[2]);
    if (!shape || !within(learningRate, world.task.admissible.learningRate)) return Number.POSITIVE_INFINITY;
    const { dModel, numLayers, numHeads } = shape;
    return world.expectedLoss({ dModel, numLayers, numHeads, batchSize, learningRate, trainFlops });
  };
  let best = start.loss;
  for (let scale = 1; scale > 1e-4; ) {
    let moved = false;
    for (let axis = 0; axis < 3; axis++) {
      const step = firstSteps[axis]! * scale;
      if (step === 0) continue;
      for (const by of [step, -step]) {
        const before = position[axis]!;
        position[axis] = before + by;
        const loss = lossHere();
        if (loss < best) {
          best = loss;
          moved = true;
        } else position[axis] = before;
      }
    }
    if (!moved) scale /= 2;
  }
  return { position, batchSize, loss: best };
}

/**
 * The best whole shape near a relaxed optimum: at every depth within a third of its own, the widths of nearly its size.
 */
function wholeShape(world: AnyWorld, flops: number, { position, batchSize }: Relaxed): Optimum {
  const [logParameters, logAspect, logLearningRate] = position;
  const { admissible } = world.task;
  const parameters = Math.exp(logParameters);
  const depth = Math.cbrt(parameters / (12 * Math.exp(2 * logAspect)));
  const considered: RunConfig[] = [];
  const consider = (dModel: number, numLayers: number) => {
    const numHeads = dividingHeads(dModel, admissible.minimumHeadDimension, (heads) =>
      Math.abs(Math.log(dModel / heads / HEAD_DIMENSION)),
    );
    const [slowest, fastest] = admissible.learningRate;
    const learningRate = Math.min(Math.max(Math.exp(logLearningRate), slowest), fastest);
    const config = { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops: flops };
    if (inadmissibilities(config, admissible, flops).length === 0) considered.push(config);
  };
  for (let numLayers = Math.max(1, Math.floor(depth * 0.67)); numLayers <= Math.ceil(depth * 1.5); numLayers++) {
    const width = Math.sqrt(parameters / (12 * numLayers));
    for (let offset = -4; offset <= 4; offset++) consider(Math.round(width * (1 + offset / 100)), numLayers);
  }
  // Where no size is better than another (all models untrained), the relaxed optimum may be a corner that no whole
  // shape has.
  if (considered.length === 0)
    for (let numLayers = admissible.numLayers[0]; numLayers <= admissible.numLayers[1]; numLayers++)
      for (const aspect of spaced(admissible.aspectRatio[0], admissible.aspectRatio[1], 24))
        consider(Math.round(aspect * numLayers), numLayers);
  const rough = bestOf(world, considered);
  if (!rough) throw new RangeError("no whole shape is admissible");
  considered.length = 0;
  for (let offset = -12; offset <= 12; offset++) consider(rough.config.dModel + offset, rough.config.numLayers);
  const fine = bestOf(world, considered);
  return fine && fine.loss < rough.loss ? fine : rough;
}

/** The configuration of the lowest expected loss, the first of equals; undefined where there is none. */
function bestOf(world: AnyWorld, configs: readonly RunConfig[]): Optimum | undefined {
  const losses = world.expectedLosses(configs);
  const best = lowest(losses);
  const config = configs[best];
  return config && { config, loss: losses[best]! };
}

/** The index of the lowest value, the first of equals. */
function lowest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[best]!) best = i;
  return best;
}

function spaced(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}
