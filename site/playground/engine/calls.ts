import type { FitResult } from "../../../mock-server/dashboard/page/fit-results.ts";
import type { Rival } from "../../../src/experiment/rivals.ts";
import type { Accounting } from "../../../src/task/accounting.ts";
import type { RunConfig } from "../../../src/task/configuration.ts";
import type { RunPoint } from "../../../src/task/run-point.ts";
import type { Score } from "../../../src/task/score.ts";
import type { Submission } from "../../../src/task/submission.ts";
import type { Task } from "../../../src/task/task.ts";
import type { LossAnswer } from "../../../src/training-api/training-api.ts";
import type { Truth } from "./truth.ts";

/** What there is to choose from. */
export interface Menu {
  readonly worlds: readonly string[];
  readonly strategies: readonly { readonly name: string; readonly summary: string }[];
}

/** A world, and the configurations bought in it so far. */
export interface Position {
  /** The name of a preset, or `sealed/SEED`. */
  readonly world: string;
  readonly runs: readonly RunConfig[];
}

/** A world as a player sees it. */
export interface OpenWorld {
  readonly name: string;
  /** What it is; of a sealed one, nothing that helps. */
  readonly description: string;
  readonly accounting: Accounting;
  readonly task: Task;
}

/** What a strategy would do: buy a run, or submit. */
export type Advice =
  | { readonly query: RunConfig; readonly reason?: string }
  | { readonly submission: Submission; readonly note?: string };

/** Every call to a worker: what is sent, what comes back, and what is told on the way. */
export interface Calls {
  menu: { body: undefined; result: Menu; event: never };
  /** The game that `buy` and `grade` belong to from now on. Runs that the API refuses are left out. */
  open: { body: Position; result: { readonly world: OpenWorld; readonly answers: readonly Bought[] }; event: never };
  buy: { body: RunConfig; result: LossAnswer; event: never };
  fit: { body: { readonly runs: readonly RunPoint[]; readonly target: number }; result: FitResult[]; event: never };
  grade: { body: Submission; result: { readonly score: Score; readonly truth: Truth }; event: never };
  /** What the strategy would do next. */
  advise: { body: Position & { readonly strategy: string }; result: Advice; event: never };
  /** The strategy buys what it wants, each run told as it is answered, and submits. */
  play: { body: Position & { readonly strategy: string }; result: Submission; event: RunConfig };
  /** Every strategy on the world, each told as it is done. */
  rivals: { body: { readonly world: string }; result: undefined; event: Rival };
}

/** A run with its answer. */
export interface Bought {
  readonly config: RunConfig;
  readonly loss: number;
}
