import type { RunConfig, Shape } from "./configuration.ts";

/** Tokens in one training sequence. */
export const CONTEXT_LENGTH = 512;
/** Size of the 2025 model's vocabulary. */
export const VOCABULARY_SIZE = 32_000;

type Width = Pick<Shape, "dModel" | "numLayers">;

/**
 * N = 12·L·d²: the size every report and submission states (docs/contract.md, section 7).
 *
 * @example
 * ```ts
 * import { nonEmbeddingParameters } from "isoflop";
 * nonEmbeddingParameters({ dModel: 512, numLayers: 8 }); // 25_165_824
 * ```
 */
export function nonEmbeddingParameters({ dModel, numLayers }: Width): number {
  return 12 * numLayers * dModel * dModel;
}

/** P = 12·L·d² + 32000·d: what the 2025 runs were charged for, the untied output layer included. */
export function chargedParameters(shape: Width): number {
  return nonEmbeddingParameters(shape) + VOCABULARY_SIZE * shape.dModel;
}

/**
 * Every parameter of the 2025 model: untied embeddings, learned positions, no bias in attention, biases in the MLP,
 * LayerNorm without bias: L·(12d² + 7d) + 2·32000·d + 512·d + d.
 */
export function exactParameters({ dModel, numLayers }: Width): number {
  const perLayer = 12 * dModel * dModel + 7 * dModel;
  return numLayers * perLayer + 2 * VOCABULARY_SIZE * dModel + CONTEXT_LENGTH * dModel + dModel;
}

/**
 * How a configuration and its FLOPs become a size, a number of steps and a number of tokens: as the course does, or with
 * the FLOPs that a table's own counting gives for each parameter and token, where that is not 6.
 */
export type Accounting = "handout" | "stanford-2025" | TableAccounting;

/** The arithmetic of a published table, C = k·N·D. */
export interface TableAccounting {
  /** k, which may count attention and embeddings; at 1e8 parameters where it follows the size. */
  readonly flopsPerParameterToken: number;
  /** e of k(N) = k·(N/1e8)^e. Absent: 0. */
  readonly sizeExponent?: number;
}

/** What a budget buys: model size N by 12·L·d², optimizer steps, and training tokens D. */
export interface Training {
  readonly parameters: number;
  readonly steps: number;
  readonly tokens: number;
}

/**
 * Optimizer steps a configuration gets for its FLOPs.
 * - `handout`: C / (6·N·batch·512), not rounded, so that D = C/(6N) holds exactly; with another number for 6 likewise.
 * - `stanford-2025`: floor(C / (6·P·batch·512)); zero steps is not an error, it is the untrained model.
 */
export function stepsOf(config: RunConfig, accounting: Accounting): number {
  const tokensPerStep = config.batchSize * CONTEXT_LENGTH;
  if (accounting === "stanford-2025")
    return Math.floor(config.trainFlops / (6 * chargedParameters(config) * tokensPerStep));
  const parameters = nonEmbeddingParameters(config);
  const perToken = accounting === "handout" ? 6 : flopsPerParameterToken(parameters, accounting);
  return config.trainFlops / (perToken * parameters * tokensPerStep);
}

function flopsPerParameterToken(parameters: number, accounting: TableAccounting): number {
  const { flopsPerParameterToken: k, sizeExponent = 0 } = accounting;
  return sizeExponent === 0 ? k : k * Math.exp(sizeExponent * Math.log(parameters / 1e8));
}

/**
 * Size N in parameters, optimizer steps and training tokens D of a configuration under an accounting (docs/surface.md,
 * "Accounting").
 *
 * @example
 * ```ts
 * import { trainingOf } from "isoflop";
 * const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15 };
 * trainingOf(config, "handout").tokens; // 6.62e6
 * trainingOf(config, "stanford-2025"); // { parameters: 25_165_824, steps: 61, tokens: 3_997_696 }
 * ```
 */
export function trainingOf(config: RunConfig, accounting: Accounting): Training {
  const steps = stepsOf(config, accounting);
  return {
    parameters: nonEmbeddingParameters(config),
    steps,
    tokens: steps * config.batchSize * CONTEXT_LENGTH,
  };
}
