import type { RunConfig } from "./configuration.ts";

/** How good a submission is, from the un-noised truth of its world. Losses and regrets in nats. */
export interface Score {
  /** Expected loss of training what was submitted. */
  readonly trueLoss: number;
  readonly predictedLoss: number;
  /** truth(submitted) − truth(best). */
  readonly regret: number;
  /** The part due to the size: the best loss at the submitted N, less truth(best). */
  readonly regretFromSize: number;
  /** The rest: aspect, heads, batch and learning rate at that N. */
  readonly regretFromHyperparameters: number;
  /** ln(N̂/N*), signed. */
  readonly lnNError: number;
  /** Predicted loss − truth at the submitted configuration, signed. */
  readonly lossError: number;
  /** Where a table of finished runs is the truth: the hidden run that stood in for the submission, and how far it is. */
  readonly nearestRun?: { readonly config: RunConfig; readonly distance: number };
  /** Whether the interval holds the true loss; absent without an interval. */
  readonly covered?: boolean;
  /** Where the target is a time: how the run there went. */
  readonly run?: TimedScore;
}

/** How the run at a target of seconds went, with the noise of its repetition. */
export interface TimedScore {
  readonly seconds: number;
  /** Whether it ended in time; one that did not is scored by the loss it shows when its time is over. */
  readonly finished: boolean;
  /** ln of predicted over true seconds; absent, like the next, where none were predicted. */
  readonly logError?: number;
  /** Whether the interval holds the true seconds. */
  readonly covered?: boolean;
}
