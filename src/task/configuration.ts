/** The shape of a transformer: its width, its depth and how the width is split into attention heads. */
export interface Shape {
  readonly dModel: number;
  readonly numLayers: number;
  readonly numHeads: number;
}

/** What a run is asked for: a shape, how it is trained, and how many FLOPs are spent on it. */
export interface RunConfig extends Shape {
  /** Sequences per step. */
  readonly batchSize: number;
  /** Peak learning rate of the schedule. */
  readonly learningRate: number;
  /** Training compute C, in FLOPs. */
  readonly trainFlops: number;
}

/** The six values that identify a configuration, in the order of the API's table (docs/contract.md, section 1). */
export const FIELDS: readonly (keyof RunConfig)[] = [
  "dModel",
  "numLayers",
  "numHeads",
  "batchSize",
  "learningRate",
  "trainFlops",
];

/** The name of one of the six values of a configuration. */
export type Field = keyof RunConfig;

/** The identity of a configuration: two are the same run exactly when all six values are equal. */
export function identityOf(config: RunConfig): string {
  return `${config.dModel}/${config.numLayers}/${config.numHeads}/${config.batchSize}/${config.learningRate}/${config.trainFlops}`;
}

/** What became of a question to the training API. Only an `ok` run was paid for and has a loss. */
export type RunStatus = "ok" | "refused" | "invalid";

/** A configuration with the answer it got. */
export interface Run extends RunConfig {
  readonly status: RunStatus;
  /** Final loss in nats per token; present exactly when `status` is `ok`. */
  readonly loss?: number;
  /** Why there is no loss, in the API's words; absent when `status` is `ok`. */
  readonly message?: string;
  /** What was asked for, where a finished table answered with its nearest run, whose configuration this is. */
  readonly asked?: RunConfig;
}

/** A run that was paid for and answered. */
export interface AnsweredRun extends Run {
  readonly status: "ok";
  readonly loss: number;
}

/**
 * The runs that have a loss, in the order given.
 *
 * @example
 * ```ts
 * import { answered } from "isoflop";
 * const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15 };
 * answered([{ ...config, status: "ok", loss: 4 }, { ...config, status: "refused", message: "over budget" }]).length; // 1
 * ```
 */
export function answered(runs: readonly Run[]): AnsweredRun[] {
  return runs.filter((run): run is AnsweredRun => run.status === "ok");
}
