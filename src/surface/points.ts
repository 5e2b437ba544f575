import {
  type Accounting,
  CONTEXT_LENGTH,
  nonEmbeddingParameters,
  stepsOf,
  type Training,
  trainingOf,
} from "../task/accounting.ts";
import type { RunConfig } from "../task/configuration.ts";

/** A configuration together with what its FLOPs buy. */
export interface Point extends Omit<RunConfig, "tokens">, Training {}

/** So many rows are computed at a time: their columns stay in the nearest cache. */
export const BLOCK = 64;

/**
 * The expected losses at points, in nats per token, into the first rows of `losses`. Laws and layers are loops over rows
 * that take one logarithm or exponential of each: those of different rows overlap in the processor, while those of one row
 * wait for each other. One configuration is a block of one row, so that each formula is written once.
 */
export type Surface = (points: Points, losses: Float64Array) => void;

/** One quantity of all rows, with its logarithms, which are taken once however many layers ask for them. */
export class Column {
  readonly values: Float64Array = new Float64Array(BLOCK);
  readonly #logs: Float64Array = new Float64Array(BLOCK);
  #taken = false;

  /** The values, to be filled anew. */
  overwrite(): Float64Array {
    this.#taken = false;
    return this.values;
  }

  logs(count: number): Float64Array {
    const logs = this.#logs;
    if (this.#taken) return logs;
    this.#taken = true;
    const { values } = this;
    for (let i = 0; i < count; i++) logs[i] = Math.log(values[i]!);
    return logs;
  }
}

let versions = 0;

/**
 * Points as columns. A layer that acts as fewer effective tokens, or as another rate or batch, puts a column of its own in
 * place for the surface below it and restores the one that was there.
 */
export class Points {
  /** The rows in use. */
  count = 0;
  /** Another for other rows, and never that of other points. */
  version = 0;
  readonly dModel: Column = new Column();
  readonly numLayers: Column = new Column();
  readonly numHeads: Column = new Column();
  /** Sequences per step. */
  batchSize: Column = new Column();
  learningRate: Column = new Column();
  /** C, in FLOPs. */
  readonly trainFlops: Column = new Column();
  /** N = 12·L·d². */
  readonly parameters: Column = new Column();
  /** Optimizer steps. */
  readonly steps: Column = new Column();
  /** D, in tokens; below an effect, the effective D. */
  tokens: Column = new Column();
  readonly #row = {
    dModel: 0,
    numLayers: 0,
    numHeads: 0,
    batchSize: 0,
    learningRate: 0,
    trainFlops: 0,
    parameters: 0,
    steps: 0,
    tokens: 0,
  };

  /** Begins with other rows, which `put` fills. */
  restart(count: number): void {
    this.count = count;
    this.version = ++versions;
    this.dModel.overwrite();
    this.numLayers.overwrite();
    this.numHeads.overwrite();
    this.batchSize.overwrite();
    this.learningRate.overwrite();
    this.trainFlops.overwrite();
    this.parameters.overwrite();
    this.steps.overwrite();
    this.tokens.overwrite();
  }

  put(row: number, config: Omit<RunConfig, "tokens">, parameters: number, steps: number, tokens: number): void {
    this.dModel.values[row] = config.dModel;
    this.numLayers.values[row] = config.numLayers;
    this.numHeads.values[row] = config.numHeads;
    this.batchSize.values[row] = config.batchSize;
    this.learningRate.values[row] = config.learningRate;
    this.trainFlops.values[row] = config.trainFlops;
    this.parameters.values[row] = parameters;
    this.steps.values[row] = steps;
    this.tokens.values[row] = tokens;
  }

  /** One row, until the next call. */
  row(i: number): Point {
    const row = this.#row;
    row.dModel = this.dModel.values[i]!;
    row.numLayers = this.numLayers.values[i]!;
    row.numHeads = this.numHeads.values[i]!;
    row.batchSize = this.batchSize.values[i]!;
    row.learningRate = this.learningRate.values[i]!;
    row.trainFlops = this.trainFlops.values[i]!;
    row.parameters = this.parameters.values[i]!;
    row.steps = this.steps.values[i]!;
    row.tokens = this.tokens.values[i]!;
    return row;
  }
}

/** The point of a configuration. */
export function pointOf(config: RunConfig, accounting: Accounting): Point {
  return { ...config, ...trainingOf(config, accounting) };
}

/** Points as blocks of columns, for calls again and again: their logarithms are taken once. */
export function blocksOf(points: readonly Point[]): Points[] {
  return Array.from({ length: Math.ceil(points.length / BLOCK) }, (_, block) => {
    const columns = new Points();
    const own = points.slice(block * BLOCK, (block + 1) * BLOCK);
    columns.restart(own.length);
    for (const [i, point] of own.entries()) columns.put(i, point, point.parameters, point.steps, point.tokens);
    return columns;
  });
}

/** The losses of `inner` as if the runs had seen other tokens. */
export function withTokens(inner: Surface, points: Points, tokens: Column, losses: Float64Array): void {
  const own = points.tokens;
  points.tokens = tokens;
  inner(points, losses);
  points.tokens = own;
}

/**
 * What follows from the sizes alone, computed from ln N once for the same rows: some layers ask the law below them twice.
 */
export function ofSizes(
  fill: (logN: Float64Array, values: Float64Array, count: number) => void,
): (points: Points) => Float64Array {
  const values = new Float64Array(BLOCK);
  let known = 0;
  return ({ version, parameters, count }) => {
    if (known !== version) fill(parameters.logs(count), values, count);
    known = version;
    return values;
  };
}

/** A/N^α by `ofSizes`. */
export function powerOfSize(A: number, alpha: number): (points: Points) => Float64Array {
  const logA = Math.log(A);
  return ofSizes((logN, terms, count) => {
    for (let i = 0; i < count; i++) terms[i] = Math.exp(logA - alpha * logN[i]!);
  });
}

/** Fills the first `count` losses, no more than `BLOCK`, with those of the configurations from `from` on. */
export type Losses = (
  configs: readonly RunConfig[],
  from: number,
  count: number,
  losses: Float64Array,
  repetition: number,
) => void;

/** The expected losses of configurations on a surface; allocates nothing. */
export function lossesOn(surface: Surface, accounting: Accounting): Losses {
  const points = new Points();
  return (configs, from, count, losses) => {
    points.restart(count);
    for (let i = 0; i < count; i++) {
      const config = configs[from + i]!;
      const steps = stepsOf(config, accounting);
      points.put(i, config, nonEmbeddingParameters(config), steps, steps * config.batchSize * CONTEXT_LENGTH);
    }
    surface(points, losses);
  };
}

/** The loss of one configuration, as a block of one row. */
export function single(compute: Losses): (config: RunConfig, repetition?: number) => number {
  const losses = new Float64Array(BLOCK);
  const configs: RunConfig[] = [];
  return (config, repetition = 0) => {
    configs[0] = config;
    compute(configs, 0, 1, losses, repetition);
    return losses[0]!;
  };
}

/** The losses of any number of configurations, block after block. */
export function many(compute: Losses): (configs: readonly RunConfig[], repetition?: number) => Float64Array {
  const losses = new Float64Array(BLOCK);
  return (configs, repetition = 0) => {
    const all = new Float64Array(configs.length);
    for (let from = 0; from < configs.length; from += BLOCK) {
      const count = Math.min(BLOCK, configs.length - from);
      compute(configs, from, count, losses, repetition);
      for (let i = 0; i < count; i++) all[from + i] = losses[i]!;
    }
    return all;
  };
}
