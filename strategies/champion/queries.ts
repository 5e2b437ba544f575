import { chinchillaSize } from "../../src/law/chinchilla.ts";
import { isTrainedDepth, TRAINED_GRID } from "../../src/law/stanford-2025.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig, Shape } from "../../src/task/configuration.ts";
import { formatFlops } from "../../src/task/quantity.ts";
import { queryableShape } from "../../src/task/realize.ts";
import { accepts } from "../../src/task/search-space.ts";
import type { Query } from "../../src/task/strategy.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { anyRate, type Budget, nearestQuery, sameSize, trainedRates } from "../asking/index.ts";

/** Cost of each opening run, as shares of the cap, and how far their sizes lie from √(C/120), as a factor. */
const OPENING = { shares: [1 / 600, 1 / 200, 1 / 60], reach: 4 };
/** The opening avoids models this narrow where wider ones are allowed, since they say little about those. */
const NARROWEST = 64;
/** Of a finished table, the opening buys so many of the cheapest rows. */
const ROWS = { bought: 12, among: 24 };
/** Cost of a later run, as shares of the cap, and the largest factor between its size and √(C/120). */
const LATER = { least: 1 / 700, most: 0.31, reach: 6 };

const ASPECT = { lowest: 20, highest: 130 };
const HEAD_DIMENSION = 64;
/** Where the task allows fewer trained shapes than this, sizes are spread around √(C/120) instead. */
const FEWEST = 5;
/** So many sizes on either side of √(C/120), a factor of e^0.5 apart. */
const SIZES_PER_SIDE = 3;

/**
 * The runs for a first fit: at each opening cost a middle size at several learning rates, a smaller and a larger size.
 */
export function openingQueries(task: Task, trainedOnly: boolean): Query[] {
  if (task.candidates) return openingRows(task.candidates);
  const budgets = budgetsOf(task);
  const batchSize = Math.min(...task.admissible.batchSizes);
  const rates = askedRates(task, trainedOnly);
  return OPENING.shares.flatMap((share, level) => {
    const C = budgets.findLast((cost) => cost <= share * task.cap) ?? (budgets[0] as number);
    const near = askedShapes(C, task, OPENING.reach, trainedOnly);
    const wide = near.filter((shape) => shape.dModel > NARROWEST);
    const shapes = wide.length > 0 ? wide : near;
    const [small, middle, large] = [0.15, 0.5, 0.85].map((at) => shapes[Math.floor(at * shapes.length)]);
    const why = `opening at ${formatFlops(C)}`;
    const ask = (shape: Shape | undefined, learningRate: number | undefined, reason: string) =>
      shape && learningRate ? [nearestQuery(shape, { learningRate, batchSize }, C, task, `${why}: ${reason}`)] : [];
    const usual = rates[Math.floor(rates.length / 2)];
    const compared = level === 0 ? rates : [rates[0], rates.at(-1)];
    return [
      ...compared.flatMap((rate) => ask(middle, rate, "learning rates compared")),
      ...ask(small, usual, "a small model"),
      ...ask(large, usual, "a large model"),
    ];
  });
}

/** Rows spread in size over the cheapest rows of a finished table. */
function openingRows(rows: readonly RunConfig[]): Query[] {
  const cheapest = rows.toSorted((a, b) => a.trainFlops - b.trainFlops).slice(0, ROWS.among);
  const bySize = cheapest.toSorted((a, b) => nonEmbeddingParameters(a) - nonEmbeddingParameters(b));
  const step = Math.max(1, (bySize.length - 1) / (ROWS.bought - 1));
  return Array.from({ length: Math.min(ROWS.bought, bySize.length) }, (_, i) => ({
    ...(bySize[Math.round(i * step)] as RunConfig),
    reason: "opening: one of the cheapest rows of the table, spread in size",
  }));
}

/** Every new, affordable run: sizes and learning rates at every budget, or the rows of a finished table. */
export function candidateQueries(budget: Budget, task: Task, trainedOnly: boolean): Query[] {
  const { least, most } = LATER;
  // Where the cap is far above the most expensive run, no run counts as too cheap.
  const whole = Math.min(task.cap, Math.max(...budgetsOf(task)) / most);
  const affordable = (C: number) => C >= least * whole && C <= Math.min(most * task.cap, budget.left());
  const rows = task.candidates?.filter(({ trainFlops }) => affordable(trainFlops));
  const all = rows ? rows.map((row) => ({ ...row, reason: "" })) : gridQueries(task, affordable, trainedOnly);
  return all.filter((query) => !budget.has(query));
}

function gridQueries(task: Task, affordable: (C: number) => boolean, trainedOnly: boolean): Query[] {
  const batchSize = Math.min(...task.admissible.batchSizes);
  const rates = askedRates(task, trainedOnly);
  return budgetsOf(task)
    .filter(affordable)
    .flatMap((C) =>
      askedShapes(C, task, LATER.reach, trainedOnly).flatMap((shape) =>
        rates.map((learningRate) => nearestQuery(shape, { learningRate, batchSize }, C, task, "")),
      ),
    );
}

/**
 * Shapes to ask for at a budget, ascending in size: of the trained grid wherever the task allows enough of it, since
 * other shapes are answered with a nearby run, off by more than seed noise.
 */
export function askedShapes(C: number, task: Task, reach: number, trainedOnly: boolean): Shape[] {
  const center = chinchillaSize(C);
  const trained = trainedOnly ? trainedShapes(C, task) : [];
  if (trained.length >= FEWEST) {
    const distance = (shape: Shape) => Math.abs(Math.log(nonEmbeddingParameters(shape) / center));
    const nearest = trained.toSorted((a, b) => distance(a) - distance(b));
    const near = nearest.filter((shape, i) => i < FEWEST || distance(shape) <= Math.log(reach));
    return near.toSorted((a, b) => nonEmbeddingParameters(a) - nonEmbeddingParameters(b));
  }
  const spread = Array.from({ length: 2 * SIZES_PER_SIDE + 1 }, (_, i) =>
    queryableShape(center * Math.exp((i - SIZES_PER_SIDE) * 0.5), task),
  );
  return spread.filter((shape, i) => spread.findIndex((other) => sameSize(other, shape)) === i);
}

/** Learning rates to ask for. */
export function askedRates(task: Task, trainedOnly: boolean): readonly number[] {
  return (trainedOnly ? trainedRates : anyRate).probes(task);
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

/** The most heads of the grid whose dimension is 64 or more. */
function trainedHeads(dModel: number): number {
  return TRAINED_GRID.numHeads.findLast((count) => count * HEAD_DIMENSION <= dModel) ?? 2;
}
