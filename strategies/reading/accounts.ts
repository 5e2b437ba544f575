import { chargedParameters, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import type { RunPoint } from "../../src/task/run-point.ts";

/** What compute is taken to buy: the handout's arithmetic, or the 2025 runs' with their output layer. */
export interface Account {
  readonly words: string;
  /** Training tokens of a configuration. */
  readonly tokensOf: (config: RunConfig) => number;
  /** Training tokens at N and C, for a shape with d/L near 64. */
  readonly tokens: (N: number, C: number) => number;
}

/** Both accounts a strategy cannot tell apart beforehand; the runs tell (docs/contract.md, section 7). */
export const ACCOUNTS: readonly Account[] = [
  {
    words: "D = C/(6N)",
    tokensOf: (config) => config.trainFlops / (6 * nonEmbeddingParameters(config)),
    tokens: (N, C) => C / (6 * N),
  },
  {
    words: "D = C/(6(N + 32000·d))",
    tokensOf: (config) => config.trainFlops / (6 * chargedParameters(config)),
    tokens: (N, C) => {
      const dModel = Math.cbrt((64 * N) / 12);
      return C / (6 * chargedParameters({ dModel, numLayers: dModel / 64 }));
    },
  },
];

/** A run as a law sees it under an account. */
export function pointUnder(run: RunConfig & { readonly loss: number }, account: Account): RunPoint {
  return { N: nonEmbeddingParameters(run), D: account.tokensOf(run), C: run.trainFlops, loss: run.loss };
}
