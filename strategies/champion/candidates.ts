import { chinchillaSize } from "../../src/law/chinchilla.ts";
import { isTrainedDepth, TRAINED_GRID } from "../../src/law/stanford-2025.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig, Shape } from "../../src/task/configuration.ts";
import { queryableShape } from "../../src/task/realize.ts";
import { accepts, type Domain } from "../../src/task/search-space.ts";
import type { Query } from "../../src/task/strategy.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { anyRate, nearestQuery, sameSize, trainedRates } from "../asking/index.ts";

/** Cost of a run, as shares of the cap, and the largest factor between its size and √(C/120). */
const COST = { least: 1 / 700, most: 0.31 };
const REACH = 6;
/** So many sizes at a budget, at most this far apart in ln. */
const SIZES = { most: 9, step: 0.5 };
/** Where rate and batch are free together, fewer of each are offered. */
const BATCHES = 5;
const FEWER_SIZES = 4;

const ASPECT = { lowest: 20, highest: 130 };
const HEAD_DIMENSION = 64;
/** Where the task allows fewer trained shapes than this, sizes are spread around √(C/120) instead. */
const FEWEST = 5;
/** What the 2025 endpoint answers. */
const ENDPOINT = { rates: [1e-4, 1e-3], batch: 128, flops: 1e18 } as const;

/** Whether the questions may go to the 2025 endpoint, or to what mocks it. */
export function asksTheEndpoint({ searchSpace, candidates }: Task): boolean {
  const { learningRate, batchSize, trainFlops } = searchSpace;
  const [lowest, highest] = endsOf(learningRate);
  return (
    !candidates &&
    lowest >= ENDPOINT.rates[0] &&
    highest <= ENDPOINT.rates[1] &&
    highest > lowest &&
    accepts(batchSize, ENDPOINT.batch) &&
    endsOf(trainFlops)[1] <= ENDPOINT.flops
  );
}

/** Every run that may be bought at some time: sizes, rates and batches at each budget, or the rows of a finished table. */
export function candidateRuns(task: Task, trainedOnly: boolean): Query[] {
  if (task.candidates) return task.candidates.filter(({ trainFlops }) => trainFlops <= task.cap);
  const budgets = budgetsOf(task);
  // Where the cap is far above the most expensive run, no run counts as too cheap.
  const whole = Math.min(task.cap, Math.max(...budgets) / COST.most);
  const wanted = budgets.filter((C) => C >= COST.least * whole && C <= COST.most * task.cap);
  const affordable = wanted.length > 0 ? wanted : budgets.filter((C) => C <= task.cap).slice(0, 1);
  const onGrid = trainedOnly && asksTheEndpoint(task);
  const rates = (onGrid ? trainedRates : anyRate).probes(task);
  const batches = batchesOf(task);
  const sizes = batches.length > 1 ? FEWER_SIZES : SIZES.most;
  const all = affordable.flatMap((C) =>
    shapesAt(C, task, onGrid, sizes).flatMap((shape) =>
      batches.flatMap((batchSize) =>
        rates.map((learningRate) => nearestQuery(shape, { learningRate, batchSize }, C, task, "")),
      ),
    ),
  );
  return all;
}

/** Batches to compare where several over a wide range are free; else the smallest, which wastes the fewest tokens. */
function batchesOf({ searchSpace: { batchSize } }: Task): number[] {
  const values = batchSize.kind === "choice" ? batchSize.values.toSorted((a, b) => a - b) : [...endsOf(batchSize)];
  if (values.length < 3) return [values[0]!];
  const count = Math.min(BATCHES, values.length);
  return Array.from({ length: count }, (_, i) => values[Math.round((i * (values.length - 1)) / (count - 1))]!);
}

/**
 * Shapes to ask for at a budget, ascending in size: of the trained grid where the endpoint is asked, since other shapes
 * are answered with a nearby run, off by more than seed noise.
 */
export function shapesAt(C: number, task: Task, onGrid: boolean, most: number): Shape[] {
  const center = chinchillaSize(C);
  const trained = onGrid ? trainedShapes(C, task) : [];
  if (trained.length >= FEWEST) {
    const distance = (shape: Shape) => Math.abs(Math.log(nonEmbeddingParameters(shape) / center));
    const nearest = trained.toSorted((a, b) => distance(a) - distance(b));
    const near = nearest.filter((shape, i) => i < FEWEST || distance(shape) <= Math.log(REACH));
    return near.toSorted((a, b) => nonEmbeddingParameters(a) - nonEmbeddingParameters(b));
  }
  const { dModel, numLayers } = task.searchSpace;
  const size = (end: 0 | 1) =>
    nonEmbeddingParameters({ dModel: endsOf(dModel)[end], numLayers: endsOf(numLayers)[end] });
  const reach = Math.exp(4 * SIZES.step);
  const low = Math.min(Math.max(size(0), center / reach), size(1));
  const high = Math.max(Math.min(size(1), center * reach), low);
  const count = Math.max(1, Math.min(most, 1 + Math.ceil(Math.log(high / low) / SIZES.step)));
  const spread = Array.from({ length: count }, (_, i) =>
    queryableShape(low * Math.exp((Math.log(high / low) * i) / Math.max(1, count - 1)), task),
  );
  return spread.filter((shape, i) => spread.findIndex((other) => sameSize(other, shape)) === i);
}

function trainedShapes(trainFlops: number, { searchSpace }: Task): Shape[] {
  const shapes = TRAINED_GRID.dModel.flatMap((dModel) =>
    TRAINED_GRID.numLayers.map((numLayers) => ({ dModel, numLayers, numHeads: trainedHeads(dModel) })),
  );
  return shapes.filter(
    ({ dModel, numLayers, numHeads }) =>
      dModel / numLayers >= ASPECT.lowest &&
      dModel / numLayers <= ASPECT.highest &&
      isTrainedDepth(numLayers, trainFlops) &&
      accepts(searchSpace.dModel, dModel) &&
      accepts(searchSpace.numLayers, numLayers) &&
      accepts(searchSpace.numHeads, numHeads),
  );
}

/** Share of the cap that the comparison of rates may cost. */
const COMPARISON = 0.1;

/**
 * The two highest trained rates at the target's published size, with the most compute that its share of the cap pays: small runs
 * do not tell whether the best rate falls with size.
 */
export function rateComparison(task: Task): Query[] {
  if (!asksTheEndpoint(task)) return [];
  const rates = trainedRates.probes(task).slice(-2);
  const trainFlops = budgetsOf(task).findLast((C) => C * rates.length <= COMPARISON * task.cap);
  if (trainFlops === undefined) return [];
  const size = chinchillaSize(task.target);
  const distance = (shape: Shape) => Math.abs(Math.log(nonEmbeddingParameters(shape) / size));
  const shape = trainedShapes(trainFlops, task).toSorted((a, b) => distance(a) - distance(b))[0];
  const reason = "whether the higher rate is still better at about the target's size";
  return rates.map((learningRate) =>
    nearestQuery(
      shape ?? queryableShape(size, task),
      { learningRate, batchSize: batchesOf(task)[0]! },
      trainFlops,
      task,
      reason,
    ),
  );
}

/** The most heads of the grid whose dimension is 64 or more. */
function trainedHeads(dModel: number): number {
  return TRAINED_GRID.numHeads.findLast((count) => count * HEAD_DIMENSION <= dModel) ?? 2;
}

/** The lowest and the highest value of a domain. */
export function endsOf(domain: Domain): readonly [number, number] {
  return domain.kind === "range"
    ? [domain.minimum, domain.maximum]
    : [Math.min(...domain.values), Math.max(...domain.values)];
}

/** What keeps the runs of an opening apart: differences in ln that count as one. */
const APART = { size: 0.6, compute: 1.5, rate: 0.9, batch: 1.2 };
/** Share of the cap that an opening costs, of how many runs at most, and the least that a first fit needs. */
const OPENING = { share: 0.12, most: 15, least: 6, dearest: 1 / 60 };

/**
 * The runs for a first fit: cheap ones, each as far as possible from those already known in size, compute, rate and
 * batch. Starts in the middle of what is offered; more than its share is spent only where fewer runs cannot be fitted.
 */
export function openingRuns(candidates: readonly Query[], known: readonly RunConfig[], task: Task): Query[] {
  const cheapest = candidates.toSorted((a, b) => a.trainFlops - b.trainFlops);
  const cheap = cheapest.filter(({ trainFlops }, i) => i < OPENING.most || trainFlops <= OPENING.dearest * task.cap);
  const points = cheap.map(pointOf);
  const distances = cheap.map(() => Number.POSITIVE_INFINITY);
  const approach = (point: readonly number[]) => {
    for (const [i, other] of points.entries()) distances[i] = Math.min(distances[i]!, squared(point, other));
  };
  for (const run of known) approach(pointOf(run));
  const chosen: Query[] = [];
  let left = task.cap;
  // After enough earlier runs, only what is unlike all of them is new.
  const near = known.length < OPENING.least ? 0 : 1;
  while (chosen.length < Math.min(OPENING.most, cheap.length)) {
    const within = chosen.length < OPENING.least - known.length ? left : left - (1 - OPENING.share) * task.cap;
    const next = chosen.length + known.length === 0 ? middle(points) : farthest(cheap, distances, within, near);
    if (next === undefined) break;
    const query = cheap[next]!;
    chosen.push({ ...query, reason: "opening: as unlike the other cheap runs as can be" });
    left -= query.trainFlops;
    approach(points[next]!);
  }
  return chosen;
}

function pointOf(run: RunConfig): readonly number[] {
  const logC = Math.log(run.trainFlops);
  return [
    (Math.log(nonEmbeddingParameters(run)) - 0.5 * logC) / APART.size,
    logC / APART.compute,
    Math.log(run.learningRate) / APART.rate,
    Math.log(run.batchSize) / APART.batch,
  ];
}

function squared(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) * (value - b[i]!), 0);
}

/** The point nearest to the mean of all. */
function middle(points: readonly (readonly number[])[]): number | undefined {
  const mean = points[0]?.map((_, axis) => points.reduce((sum, point) => sum + point[axis]!, 0) / points.length);
  if (!mean) return undefined;
  const distances = points.map((point) => squared(point, mean));
  return distances.indexOf(Math.min(...distances));
}

/** The affordable run farthest from those chosen. */
function farthest(
  runs: readonly Query[],
  distances: readonly number[],
  flops: number,
  near: number,
): number | undefined {
  let best: number | undefined;
  for (const [i, { trainFlops }] of runs.entries())
    if (trainFlops <= flops && distances[i]! > (best === undefined ? Math.max(near, 1e-9) : distances[best]!)) best = i;
  return best;
}
