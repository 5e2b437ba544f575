import { chargedParameters, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import type { RunPoint } from "../../src/task/run-point.ts";

/**
 * How compute becomes tokens: by the handout's arithmetic, or as the 2025 runs were charged, with their output layer.
 */
export interface TokenRule {
  /** The rule as a formula. */
  readonly formula: string;
  /** Training tokens of a configuration. */
  readonly tokensOf: (config: RunConfig) => number;
  /** Training tokens at N and C, for a shape with d/L near 64. */
  readonly tokens: (N: number, C: number) => number;
}

/** Both rules: a strategy does not know which one holds, but the runs can show it (docs/contract.md, section 7). */
export const TOKEN_RULES: readonly TokenRule[] = [
  {
    formula: "D = C/(6N)",
    tokensOf: (config) => config.trainFlops / (6 * nonEmbeddingParameters(config)),
    tokens: (N, C) => C / (6 * N),
  },
  {
    formula: "D = C/(6(N + 32000·d))",
    tokensOf: (config) => config.trainFlops / (6 * chargedParameters(config)),
    tokens: (N, C) => {
      const dModel = Math.cbrt((64 * N) / 12);
      return C / (6 * chargedParameters({ dModel, numLayers: dModel / 64 }));
    },
  },
];

/** A run as a law sees it under a rule. */
export function pointUnder(run: RunConfig & { readonly loss: number }, rule: TokenRule): RunPoint {
  return { N: nonEmbeddingParameters(run), D: rule.tokensOf(run), C: run.trainFlops, loss: run.loss };
}
