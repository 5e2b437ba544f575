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
  /** Whether the server can say which runs to buy next. */
  readonly plansNext?: true;
  readonly keys: readonly KeyRows[];
}

/** The event `runs`: the runs of a key from number `from` on; what was there from then on is void. */
export interface RunsEvent extends KeyRows {
  readonly from: number;
}

/** The body of `/dashboard/ask`: for a key that has runs, by its SHA-256, or for any key in full. */
export interface AskBody {
  readonly key?: string;
  readonly apiKey?: string;
  readonly config: RunConfig;
}

/** Its answer: the loss in nats, FLOPs spent, and the SHA-256 of the key. */
export interface AskAnswer {
  readonly loss: number;
  readonly used: number;
  readonly key: string;
}

/** The body of `/dashboard/next`: which runs a key should buy next. */
export interface NextBody {
  readonly key: string;
  /** FLOPs that the new runs may cost together. */
  readonly budget: number;
  /** FLOPs of the run whose best size is wanted. */
  readonly target: number;
  /** How many runs to plan. */
  readonly parallel: number;
}

/** Runs to buy, in order, and what is known now. */
export interface NextAnswer {
  /** Who chose them. */
  readonly strategy: string;
  readonly now: Expected & { readonly N: number };
  readonly runs: readonly (Expected & { readonly config: RunConfig; readonly reason: string })[];
  readonly notes: readonly string[];
}

/** What is expected at the target: the loss and the size with their 80 % intervals, and what deciding then costs. */
export interface Expected {
  /** Half the interval of the loss, in nats. */
  readonly lossWithin: number;
  /** The size is known up to this factor. */
  readonly sizeWithin: number;
  /** Expected loss above the best of choosing the size then, in nats. */
  readonly regret: number;
}

/** The body of a refusal. */
export interface Refusal {
  readonly message: string;
}

/** Carries the token. A page of another origin cannot send it: that would take a preflight, which the server does not answer. */
export const TOKEN_HEADER = "x-isoflop-token";
