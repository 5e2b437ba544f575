import { nonEmbeddingParameters } from "../task/accounting.ts";
import type { Run } from "../task/configuration.ts";
import { formatCount, formatFlops, formatShort } from "../task/quantity.ts";

/** Heads of the columns of questions, for `questionLine`. */
export const QUESTION_HEADS = "  #   d_model  L  heads  batch      lr     FLOPs        N     loss   spent  why";

/** A question with its answer as one line, without its line feed. `spent`: FLOPs after it. */
export function questionLine(
  number: number,
  run: Run,
  { reason, spent, cap }: { readonly reason: string | undefined; readonly spent: number; readonly cap: number },
): string {
  const answer = run.status === "ok" ? (run.loss as number).toFixed(4) : run.status;
  const cells = [
    String(number).padStart(3),
    String(run.dModel).padStart(9),
    String(run.numLayers).padStart(2),
    String(run.numHeads).padStart(6),
    String(run.batchSize).padStart(6),
    formatShort(run.learningRate).padStart(7),
    formatFlops(run.trainFlops).padStart(9),
    formatCount(nonEmbeddingParameters(run)).padStart(8),
    answer.padStart(8),
    `${((100 * spent) / cap).toFixed(1)}%`.padStart(7),
  ];
  return `${cells.join(" ")}  ${(run.status === "ok" ? reason : run.message) ?? ""}`;
}
