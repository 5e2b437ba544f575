import type { AnsweredRun, RunConfig, RunCourse } from "../task/configuration.ts";
import type { Query } from "../task/strategy.ts";

/** Where an answer comes from. No report ever mixes two of them. */
export type Source = "simulated" | "real" | "replay";

/** The answer to one question. */
export type LossAnswer =
  | {
      readonly status: "ok";
      readonly loss: number;
      readonly totalFlopsUsed: number;
      readonly source: Source;
      /** The run whose loss this is, where a finished table answers with another than was asked for. */
      readonly substitute?: RunConfig;
    }
  | { readonly status: "refused" | "invalid"; readonly message: string; readonly source: Source };

/** The port: what a strategy's driver needs from a training API of any kind. */
export interface TrainingApi {
  /**
   * The final loss of a configuration, charged once. Refusals are answers; only a failure to get one rejects. The
   * `reason` goes into the journal, never to an endpoint.
   */
  loss(config: RunConfig, reason?: string): Promise<LossAnswer>;
  /** FLOPs spent so far; 0 for a key without runs. */
  totalFlopsUsed(): Promise<number>;
  /** Everything bought so far, in the order first asked. */
  previousRuns(): Promise<AnsweredRun[]>;
}

/** The answer to a question of an API whose runs cost time. `used` is what has been spent or reserved after it. */
export type JobAnswer =
  | {
      readonly status: "ok";
      readonly loss: number;
      /** The tokens that were asked for. */
      readonly tokens: number;
      readonly course: RunCourse;
      readonly used: number;
    }
  | {
      readonly status: "timed-out" | "failed";
      readonly message: string;
      readonly tokens: number;
      readonly course: RunCourse;
      readonly used: number;
    }
  | { readonly status: "refused" | "invalid"; readonly message: string };

/** The port where runs cost time (`Task.clock`) and several are under way at once. */
export interface JobsApi {
  readonly source: Source;
  /**
   * Submits a batch and returns once all of it has ended: an answer for each question, in order. A question asked
   * before gets its answer again and costs nothing. Where reservations leave no room for a question, it is submitted
   * once others have ended. Only a failure to get an answer rejects.
   */
  answers(queries: readonly Query[]): Promise<readonly JobAnswer[]>;
  /** Seconds spent or reserved. */
  used(): Promise<number>;
}

/** Whether an API answers one run at a time with FLOPs, or batches that cost time. */
export function isJobsApi(api: TrainingApi | JobsApi): api is JobsApi {
  return "answers" in api;
}

/** Why the proxy itself answers, with what status. */
export class ProxyRefusal extends Error {
  override readonly name = "ProxyRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
