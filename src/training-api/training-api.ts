import type { AnsweredRun, RunConfig, RunStatus } from "../task/configuration.ts";

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
  | { readonly status: Exclude<RunStatus, "ok">; readonly message: string; readonly source: Source };

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

/** Why the proxy itself answers, with what status. */
export class ProxyRefusal extends Error {
  override readonly name = "ProxyRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
