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
  /** Training compute C, in FLOPs; where the task has a clock, the seconds that the run reserves. */
  readonly trainFlops: number;
  /**
   * Training tokens D, where the task has a clock and the configuration chooses them. Absent: those that follow from the
   * FLOPs, or that are expected to fit in the seconds.
   */
  readonly tokens?: number;
}

/** The name of one of the six values of a configuration. */
export type Field = Exclude<keyof RunConfig, "tokens">;

/** The six values that identify a configuration, in the order of the API's table (docs/contract.md, section 1). */
export const FIELDS: readonly Field[] = ["dModel", "numLayers", "numHeads", "batchSize", "learningRate", "trainFlops"];

/** The identity of a configuration: two are the same run exactly when all six values, and the tokens if any, are equal. */
export function identityOf(config: RunConfig): string {
  const six = `${config.dModel}/${config.numLayers}/${config.numHeads}/${config.batchSize}/${config.learningRate}/${config.trainFlops}`;
  return config.tokens === undefined ? six : `${six}/${config.tokens}`;
}

/**
 * What became of a question to the training API. Only an `ok` run has a final loss. Where the task has a clock, a run
 * that was `timed-out` was stopped when its seconds were over and has the part of its curve up to there, and one that
 * `failed` (out of memory, a crash) has nothing; both are paid for.
 */
export type RunStatus = "ok" | "refused" | "invalid" | "timed-out" | "failed";

/** How a run went that cost time. */
export interface RunCourse {
  /** Seconds it ran, evaluations included. */
  readonly seconds: number;
  /** Tokens it trained: fewer than it asked for where it was stopped. */
  readonly trained: number;
  /** Losses of its evaluations in nats per token, at equal distances in tokens; all of them where it completed. */
  readonly curve: readonly number[];
}

/** A configuration with the answer it got. */
export interface Run extends RunConfig {
  readonly status: RunStatus;
  /** Final loss in nats per token; present exactly when `status` is `ok`. */
  readonly loss?: number;
  /** How it went, where the task has a clock and it was started. */
  readonly course?: RunCourse;
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
