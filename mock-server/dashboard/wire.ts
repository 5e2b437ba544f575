import type { Accounting } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import type { Task } from "../../src/task/task.ts";

// What travels between the server and the page; both sides import it.

/** A run as a row: the six fields in the API's order, then the loss in nats. A third of the bytes of an object. */
export type RunRow = readonly [
  dModel: number,
  numLayers: number,
  numHeads: number,
  batchSize: number,
  learningRate: number,
  trainFlops: number,
  loss: number,
];

export interface KeyRows {
  /** SHA-256 of the API key: all that is known of it. */
  readonly key: string;
  /** FLOPs spent. */
  readonly used: number;
  readonly runs: readonly RunRow[];
}

/** The event `state`: everything, sent first and whenever the world changes. */
export interface State {
  readonly world: {
    readonly name: string;
    readonly description: string;
    readonly accounting: Accounting;
  };
  readonly task: Task;
  readonly worlds: readonly string[];
  /** Why the world cannot be changed; absent when it can. */
  readonly fixed?: string;
  readonly keys: readonly KeyRows[];
}

/** The event `runs`: the runs of a key from number `from` on; what was there from then on is void. */
export interface RunsEvent extends KeyRows {
  readonly from: number;
}

/** The body of `/dashboard/ask`. */
export interface AskBody {
  readonly key: string;
  readonly config: RunConfig;
}

/** How good a submission was, from the truth of its world. Losses and regrets in nats per token. */
export interface Grade {
  readonly trueLoss: number;
  readonly predictedLoss: number;
  /** True loss of the submission minus the best possible loss, and its two parts. */
  readonly regret: number;
  readonly regretFromSize: number;
  readonly regretFromHyperparameters: number;
  /** ln(N̂/N*), signed. */
  readonly lnNError: number;
  /** Predicted loss − truth, signed. */
  readonly lossError: number;
  /** Whether the interval contains the true loss; absent without an interval. */
  readonly covered?: boolean;
}

/** The body of a refusal. */
export interface Refusal {
  readonly message: string;
}

/** Carries the token. A page of another origin cannot send it: that would take a preflight, which nobody answers. */
export const TOKEN_HEADER = "x-isoflop-token";
