import { nonEmbeddingParameters } from "../task/accounting.ts";
import type { Run, RunConfig } from "../task/configuration.ts";
import { formatCount, formatFlops, formatNats, formatPercent, formatShort } from "../task/quantity.ts";

/** The head of a table of queries, for `queryLine`. */
export const QUERY_HEADS = "  #   d_model  L  heads  batch      lr     FLOPs        N     loss   spent  why";

/** A query with its answer as one line, without its line feed. `spent`: FLOPs spent after it. */
export function queryLine(
  number: number,
  run: Run,
  { reason, spent, cap }: { readonly reason: string | undefined; readonly spent: number; readonly cap: number },
): string {
  const cells = [
    String(number).padStart(3),
    String(run.dModel).padStart(9),
    String(run.numLayers).padStart(2),
    String(run.numHeads).padStart(6),
    String(run.batchSize).padStart(6),
    formatShort(run.learningRate).padStart(7),
    formatFlops(run.trainFlops).padStart(9),
    formatCount(nonEmbeddingParameters(run)).padStart(8),
    (run.status === "ok" ? formatNats(run.loss) : run.status).padStart(8),
    formatPercent(spent / cap, 1)
      .replace(" ", "")
      .padStart(7),
  ];
  return `${cells.join(" ")}  ${(run.status === "ok" ? reason : run.message) ?? ""}`;
}

/** A submitted configuration in words: its size, shape and hyperparameters. */
export function configurationText(config: RunConfig): string {
  const { dModel, numLayers, numHeads, batchSize, learningRate } = config;
  return `N ${formatCount(nonEmbeddingParameters(config))}: ${numLayers} layers of ${dModel}, ${numHeads} heads, batch ${batchSize}, lr ${formatShort(learningRate)}`;
}
