import type { RunConfig } from "../task/configuration.ts";
import type { Task } from "../task/task.ts";
import type { Substitute } from "./replay/table.ts";
import type { JobWorld } from "./stanford-2026/build-world.ts";
import type { JobWorldDocument } from "./stanford-2026/world-document.ts";
import type { WorldDocument } from "./world-document.ts";

/** What a world that plays back finished runs offers besides its answers. */
export interface Replay {
  /** The row that answers for a configuration, and how far from it that row is. */
  nearest(config: RunConfig): Substitute;
  /** The best row of the budget nearest to `flops`; absent where a fitted surface is the truth. */
  optimum?(flops: number): Optimum;
  /** The lowest loss among the hidden rows of the size nearest to `parameters`; absent as above. */
  bestLossAtSize?(parameters: number): number;
}

/** What a world whose runs are jobs offers besides. */
export interface Cluster {
  /** What every job does. */
  readonly jobs: JobWorld;
  /** The best submission of so many seconds that is expected to end within them. */
  optimum(seconds: number): Optimum;
  /** The least expected loss at the target of any shape with about so many parameters. */
  bestLossAtSize(parameters: number): number;
  /** The target's run of a submission, with the noise of a repetition. */
  final(config: RunConfig, repetition: number): FinalRun;
}

/** How the run at the target went. */
export interface FinalRun {
  /** Seconds it would train. */
  readonly seconds: number;
  /** Whether those are within the target. */
  readonly finished: boolean;
  /** The expected loss at the end, or at the last evaluation within the target, in nats. */
  readonly loss: number;
}

/** A configuration at the target with the expected loss of training it, in nats. */
export interface Optimum {
  readonly config: RunConfig;
  readonly loss: number;
}

/** A world as data, of either kind of budget: FLOPs, or the seconds of jobs. */
export type AnyWorldDocument = WorldDocument | JobWorldDocument;

/** A world of either kind of budget. */
export type AnyWorld = World<AnyWorldDocument>;

/** A simulated training API without its ledger: a surface, its frozen noise, and how it answers. */
export interface World<Document extends AnyWorldDocument = WorldDocument> {
  readonly document: Document;
  readonly task: Task;
  /** The expected loss of training a configuration: in nats, without noise and quantization. This is the truth. */
  expectedLoss(config: RunConfig): number;
  /** The same of many configurations, in one pass: over twice as fast. */
  expectedLosses(configs: readonly RunConfig[]): Float64Array;
  /**
   * What the API would answer without noise and without the residuals of its cells: for comparison with real answers.
   */
  quantizedLoss(config: RunConfig): number;
  /**
   * What the API answers: the recorded answer where there is one, else the surface, quantized where the world quantizes,
   * with the frozen noise of this repetition.
   */
  answer(config: RunConfig, repetition: number): number;
  /** The same of many configurations, in one pass: over twice as fast. */
  answers(configs: readonly RunConfig[], repetition: number): Float64Array;
  /** The loss that a real API gave for a configuration; undefined where the surface answers. */
  recordedLoss(config: RunConfig): number | undefined;
  /** Present where a table of finished runs answers instead of a surface. */
  readonly replay?: Replay;
  /** Present where runs are jobs that cost time. */
  readonly cluster?: Cluster;
}
