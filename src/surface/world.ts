import type { RunConfig } from "../task/configuration.ts";
import type { Task } from "../task/task.ts";
import type { WorldDocument } from "./world-document.ts";

/** A simulated training API without its ledger: a surface, its frozen noise, and how it answers. */
export interface World {
  readonly document: WorldDocument;
  readonly task: Task;
  /** The expected loss of training a configuration: un-noised and un-quantised, in nats. This is the truth. */
  expectedLoss(config: RunConfig): number;
  /** What the API would say without noise and without the residuals of its cells: for comparing with real answers. */
  quantisedLoss(config: RunConfig): number;
  /** What the API says: quantised where the world quantises, with the frozen noise of this repetition. */
  answer(config: RunConfig, repetition: number): number;
}
