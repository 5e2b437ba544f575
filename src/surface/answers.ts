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

const GRID_FIELDS = ["dModel", "numLayers", "numHeads", "learningRate"] as const;

/** Finds the cell of a configuration; undefined when it lies on the grid and is answered as itself. */
export type Quantiser = (config: RunConfig) => Cell | undefined;

export function quantiser(answers: QuantisedAnswers, seed: number): Quantiser {
  const { grid } = answers;
  const [widths, depths, heads, rates] = GRID_FIELDS.map((field, index) => {
    const values = Float64Array.from(grid[field]);
    return { values, cuts: answers.kind === "tree" ? treeCuts(values, hashWord(seed, index)) : values };
  }) as [Sides, Sides, Sides, Sides];
  const sizes = sizesOf(grid);
  return (config) => {
    const dModel = sideOf(widths, config.dModel);
    const numLayers = sideOf(depths, config.numLayers);
    const numHeads = sideOf(heads, config.numHeads);
    const learningRate = sideOf(rates, config.learningRate);
    // Written out: a spread takes as long as half a surface.
    const { batchSize, trainFlops } = config;
    const onGrid =
      dModel === config.dModel &&
      numLayers === config.numLayers &&
      numHeads === config.numHeads &&
      learningRate === config.learningRate &&
      isTrainedDepth(numLayers, trainFlops, grid);
    if (onGrid) return undefined;
    const corner = { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops };
    if (answers.kind === "tree") return { corner, stand: corner };
    if (answers.kind === "cells") {
      const size = sideOf(sizes, nonEmbeddingParameters(config));
      return { corner, stand: enlarged(corner, size, grid), size };
    }
    const { pull } = answers;
    const stand = {
      dModel: pulled(config.dModel, dModel, pull.dModel),
      numLayers: pulled(config.numLayers, numLayers, pull.numLayers),
      numHeads,
      batchSize,
      learningRate: pulled(config.learningRate, learningRate, pull.learningRate),
      trainFlops,
    };
    return { corner, stand };
  };
}

/** A shape enlarged to size N, at its aspect ratio as far as the widest and the deepest of the grid allow. */
function enlarged(shape: RunConfig, size: number, { dModel: widths, numLayers: depths }: Grid): RunConfig {
  const growth = Math.max(1, size / nonEmbeddingParameters(shape));
  const widest = (widths.at(-1) as number) / shape.dModel;
  const deepest = (depths.at(-1) as number) / shape.numLayers;
  // N grows as the depth and the square of the width.
  const wider = Math.min(widest, Math.max(Math.cbrt(growth), Math.sqrt(growth / deepest)));
  const deeper = growth / (wider * wider);
  const { numHeads, batchSize, learningRate, trainFlops } = shape;
  return {
    dModel: shape.dModel * wider,
    numLayers: shape.numLayers * deeper,
    numHeads,
    batchSize,
    learningRate,
    trainFlops,
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

/** The grid value that answers `value`; the smallest where `value` lies below all of them. */
function sideOf({ values, cuts }: Sides, value: number): number {
  let [low, high] = [0, cuts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value >= cuts[middle]!) low = middle;
    else high = middle;
  }
  return values[low]!;
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
 * the grid, without a cell, have none.
 *
 * @param losses without noise.
 */
export type AddResiduals = (
  cells: readonly (Cell | undefined)[],
  corners: readonly RunConfig[],
  count: number,
  losses: Float64Array,
  answers: Float64Array,
) => void;

/** The residuals of a world, for no more than `BLOCK` configurations a call. */
export function buildResiduals({ residual }: QuantisedAnswers, seed: number, untrainedLoss: number): AddResiduals {
  const hashes = new Int32Array(BLOCK);
  const draws = new Float64Array(BLOCK);
  return (cells, corners, count, losses, answers) => {
    hashConfigurations(seed, RESIDUAL_STREAM, corners, 0, count, hashes);
    for (let i = 0; i < count; i++) {
      const size = cells[i]?.size;
      if (size !== undefined) hashes[i] = hashWord(hashes[i]!, size);
    }
    fillNormal(hashes, 0, count, draws);
    for (let i = 0; i < count; i++) {
      const gained = Math.max(0, untrainedLoss - losses[i]!);
      if (cells[i]) answers[i] = answers[i]! + residual * gained * draws[i]!;
    }
  };
}

function pulled(value: number, floor: number, pull: number): number {
  // A value below the whole grid has no floor: it is answered by the smallest one.
  if (pull === 1 || value < floor) return floor;
  return pull === 0 ? value : value * Math.exp(pull * Math.log(floor / value));
}
