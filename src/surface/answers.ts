import * as z from "zod";
import { type Grid, isTrainedDepth } from "../law/stanford-2025.ts";
import { nonEmbeddingParameters } from "../task/accounting.ts";
import type { RunConfig } from "../task/configuration.ts";
import { nonNegative, objectSchema, positive, share, taggedUnion } from "../task/schema.ts";
import { fillNormal, hashConfigurations, hashWord, uniform } from "./hash.ts";
import { BLOCK } from "./points.ts";

/** How the API answers: as the surface is, or from a table of runs on a grid (docs/surface.md, "Quantized answers"). */
export type Answers = SmoothAnswers | QuantisedAnswers;
export type QuantisedAnswers = CellAnswers | FlooredAnswers | TreeAnswers;

export interface SmoothAnswers {
  readonly kind: "smooth";
}

/** Common to endpoints that answer from a table: all configurations of a cell off the grid share one residual. */
interface TableAnswers {
  /** The values that were trained, field by field, ascending. */
  readonly grid: Grid;
  /** Standard deviation of a cell's residual, as a fraction of what training has gained on the untrained loss. */
  readonly residual: number;
}

/**
 * A cell reaches from a grid point up to the next, and from one size N of the grid up to the next: two configurations
 * with the same budget and batch have one answer if and only if they share a cell. Its answer is that of the least size
 * in it, at the aspect ratio of its grid point.
 */
export interface CellAnswers extends TableAnswers {
  readonly kind: "cells";
}

/**
 * A cell reaches from a grid point up to the next. Its answer is that of the grid point, or of a point pulled toward
 * it.
 */
export interface FlooredAnswers extends TableAnswers {
  readonly kind: "floor";
  /** How far a value is pulled to the grid value below it, in ln: 1 all the way, 0 not at all. */
  readonly pull: { readonly dModel: number; readonly numLayers: number; readonly learningRate: number };
}

/** One cut at a random place separates two neighbors on the grid; each side gets the answer of its own grid value. */
export interface TreeAnswers extends TableAnswers {
  readonly kind: "tree";
}

const ascending = z
  .array(positive)
  .min(1)
  .refine((values) => values.every((value, i) => i === 0 || value > (values[i - 1] as number)), "must be ascending");
const grid = objectSchema<Grid>({
  dModel: ascending,
  numLayers: ascending,
  numHeads: ascending,
  learningRate: ascending,
  depthsUpTo: z.array(z.tuple([positive, positive])).optional(),
});
export const answersSchema: z.ZodType<Answers> = taggedUnion<Answers>("kind", [
  objectSchema<SmoothAnswers>({ kind: z.literal("smooth") }),
  objectSchema<CellAnswers>({ kind: z.literal("cells"), grid, residual: nonNegative }),
  objectSchema<FlooredAnswers>({
    kind: z.literal("floor"),
    grid,
    pull: z.strictObject({ dModel: share, numLayers: share, learningRate: share }),
    residual: nonNegative,
  }),
  objectSchema<TreeAnswers>({ kind: z.literal("tree"), grid, residual: nonNegative }),
]);

/** The grid point and the configuration that stand in for a configuration off the grid. */
export interface Cell {
  /** The grid point that the cell belongs to; all configurations of a cell have the same. */
  readonly corner: RunConfig;
  /** Where cells are bounded by sizes too: the size N at its lower end. */
  readonly size?: number;
  /** The configuration whose loss is the answer; sizes need not be whole. */
  readonly stand: RunConfig;
}

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** Where a configuration lies on a grid; each call that takes it fills it anew, to allocate none. */
export class Place {
  /** On the grid a configuration is answered as itself: it is corner and stand. */
  onGrid = true;
  /** NaN where cells are not bounded by sizes. */
  size: number = Number.NaN;
  readonly corner: Changing<Omit<RunConfig, "tokens">> = fractions();
  readonly stand: Changing<Omit<RunConfig, "tokens">> = fractions();
}

/** A configuration whose fields have room for any number from the start. */
function fractions(): RunConfig {
  return { dModel: 0.5, numLayers: 0.5, numHeads: 0.5, batchSize: 0.5, learningRate: 0.5, trainFlops: 0.5 };
}

/** Finds the cell of a configuration; undefined when it lies on the grid and is answered as itself. */
export type Quantiser = (config: RunConfig) => Cell | undefined;

export function quantiser(answers: QuantisedAnswers, seed: number): Quantiser {
  const locate = locator(answers, seed);
  return (config) => {
    const place = new Place();
    locate(config, place);
    const { corner, stand, size } = place;
    return place.onGrid ? undefined : { corner, stand, ...(!Number.isNaN(size) && { size }) };
  };
}

const GRID_FIELDS = ["dModel", "numLayers", "numHeads", "learningRate"] as const;

/** Finds where a configuration lies. */
export function locator(answers: QuantisedAnswers, seed: number): (config: RunConfig, place: Place) => void {
  const { grid } = answers;
  const [widths, depths, heads, rates] = GRID_FIELDS.map((field, index) => {
    const values = Float64Array.from(grid[field]);
    return { values, cuts: answers.kind === "tree" ? treeCuts(values, hashWord(seed, index)) : values };
  }) as [Sides, Sides, Sides, Sides];
  const sizes = sizesOf(grid);
  const enlarge = enlarger(widths.values, depths.values, sizes.values);
  return (config, place) => {
    const { corner, stand } = place;
    const width = sideOf(widths, config.dModel);
    const depth = sideOf(depths, config.numLayers);
    corner.dModel = stand.dModel = widths.values[width]!;
    corner.numLayers = stand.numLayers = depths.values[depth]!;
    corner.numHeads = stand.numHeads = heads.values[sideOf(heads, config.numHeads)]!;
    corner.learningRate = stand.learningRate = rates.values[sideOf(rates, config.learningRate)]!;
    corner.batchSize = stand.batchSize = config.batchSize;
    corner.trainFlops = stand.trainFlops = config.trainFlops;
    place.onGrid =
      corner.dModel === config.dModel &&
      corner.numLayers === config.numLayers &&
      corner.numHeads === config.numHeads &&
      corner.learningRate === config.learningRate &&
      isTrainedDepth(corner.numLayers, corner.trainFlops, grid);
    if (place.onGrid || answers.kind === "tree") return;
    if (answers.kind === "cells") {
      const size = sideOf(sizes, nonEmbeddingParameters(config));
      place.size = sizes.values[size]!;
      enlarge(width, depth, size, stand);
      return;
    }
    const { pull } = answers;
    stand.dModel = pulled(config.dModel, corner.dModel, pull.dModel);
    stand.numLayers = pulled(config.numLayers, corner.numLayers, pull.numLayers);
    stand.learningRate = pulled(config.learningRate, corner.learningRate, pull.learningRate);
  };
}

/**
 * Enlarges a shape of the grid to a size N of the grid, both by their indices, at its aspect ratio as far as the widest and
 * the deepest of the grid allow. Each is computed once.
 */
function enlarger(
  widths: Float64Array,
  depths: Float64Array,
  sizes: Float64Array,
): (width: number, depth: number, size: number, stand: Changing<Pick<RunConfig, "dModel" | "numLayers">>) => void {
  const enlarged = new Float64Array(2 * widths.length * depths.length * sizes.length).fill(Number.NaN);
  return (width, depth, size, stand) => {
    const at = 2 * ((width * depths.length + depth) * sizes.length + size);
    if (Number.isNaN(enlarged[at])) {
      const [dModel, numLayers] = [widths[width]!, depths[depth]!];
      const growth = Math.max(1, sizes[size]! / nonEmbeddingParameters({ dModel, numLayers }));
      const widest = widths.at(-1)! / dModel;
      const deepest = depths.at(-1)! / numLayers;
      // N grows as the depth and the square of the width.
      const wider = Math.min(widest, Math.max(Math.cbrt(growth), Math.sqrt(growth / deepest)));
      enlarged[at] = dModel * wider;
      enlarged[at + 1] = numLayers * (growth / (wider * wider));
    }
    stand.dModel = enlarged[at]!;
    stand.numLayers = enlarged[at + 1]!;
  };
}

/** Every size N of the grid, ascending. */
function sizesOf({ dModel, numLayers }: Grid): Sides {
  const sizes = dModel.flatMap((width) =>
    numLayers.map((depth) => nonEmbeddingParameters({ dModel: width, numLayers: depth })),
  );
  const values = Float64Array.from(new Set(sizes)).sort();
  return { values, cuts: values };
}

/** The grid values of a field, and the lowest value that each of them answers. */
interface Sides {
  readonly values: Float64Array;
  readonly cuts: Float64Array;
}

/** The index of the grid value that answers `value`; the first where `value` lies below all of them. */
function sideOf({ cuts }: Sides, value: number): number {
  let [low, high] = [0, cuts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value >= cuts[middle]!) low = middle;
    else high = middle;
  }
  return low;
}

/** One cut between each two neighbors, uniform in ln; the seed decides where. */
function treeCuts(values: Float64Array, hash: number): Float64Array {
  return values.map((above, i) => {
    const below = values[Math.max(0, i - 1)] as number;
    // Never at the lower neighbor itself, which is answered as itself.
    return above * Math.exp(-(1 - 1e-9) * uniform(hashWord(hash, i), 0) * Math.log(above / below));
  });
}

/** The noise hashes the same configurations with a repetition ≥ 0: residuals must not repeat it. */
const RESIDUAL_STREAM = -1;

/**
 * Adds the residuals of cells, the same in every repetition, to the answers of the first `count` configurations; those on
 * the grid have none.
 *
 * @param losses without noise.
 */
export type AddResiduals = (
  places: readonly Pick<Place, "onGrid" | "size">[],
  corners: readonly RunConfig[],
  count: number,
  losses: Float64Array,
  answers: Float64Array,
) => void;

/** The residuals of a world, for no more than `BLOCK` configurations a call. */
export function buildResiduals({ residual }: QuantisedAnswers, seed: number, untrainedLoss: number): AddResiduals {
  const hashes = new Int32Array(BLOCK);
  const draws = new Float64Array(BLOCK);
  return (places, corners, count, losses, answers) => {
    hashConfigurations(seed, RESIDUAL_STREAM, corners, 0, count, hashes);
    for (let i = 0; i < count; i++) {
      const { size } = places[i]!;
      if (!Number.isNaN(size)) hashes[i] = hashWord(hashes[i]!, size);
    }
    fillNormal(hashes, 0, count, draws);
    for (let i = 0; i < count; i++) {
      const gained = Math.max(0, untrainedLoss - losses[i]!);
      if (!places[i]!.onGrid) answers[i] = answers[i]! + residual * gained * draws[i]!;
    }
  };
}

function pulled(value: number, floor: number, pull: number): number {
  // A value below the whole grid has no floor: it is answered by the smallest one.
  if (pull === 1 || value < floor) return floor;
  return pull === 0 ? value : value * Math.exp(pull * Math.log(floor / value));
}
