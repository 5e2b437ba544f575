import { nonEmbeddingParameters } from "./accounting.ts";
import type { RunConfig } from "./configuration.ts";

/** One trained model as a law sees it. */
export interface RunPoint {
  /** Parameters. */
  readonly N: number;
  /** Training tokens. */
  readonly D: number;
  /** Training compute, in FLOPs. */
  readonly C: number;
  /** Final loss, in nats per token unless the table says otherwise. */
  readonly loss: number;
  /** How much the run counts, 1 when absent; a weight of 2 is the run given twice. */
  readonly weight?: number;
  /** Tokens of the data, where training repeated them. */
  readonly uniqueTokens?: number;
  /** What text columns of a table say of the run: its dataset, optimizer and the like. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A run of the training API as a law sees it: N = 12·L·d² and, by the handout's arithmetic, D = C/(6N).
 *
 * @example
 * ```ts
 * import { pointOf } from "isoflop";
 * const run = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15, loss: 4 };
 * pointOf(run).N; // 25_165_824
 * pointOf(run).D; // 6.62e6
 * ```
 */
export function pointOf(run: RunConfig & { readonly loss: number }): RunPoint {
  const N = nonEmbeddingParameters(run);
  return { N, D: run.trainFlops / (6 * N), C: run.trainFlops, loss: run.loss };
}

/**
 * The runs that got the lowest loss of those with their N and C: what the other hyperparameters (learning rate, batch,
 * heads, and shapes of equal N) did best. Of equal losses the first stays. Order is kept.
 */
export function bestPerSize<Point extends RunPoint>(points: readonly Point[]): Point[] {
  const best = new Map<string, Point>();
  for (const point of points) {
    const key = `${point.N}/${point.C}`;
    const rival = best.get(key);
    if (!rival || point.loss < rival.loss) best.set(key, point);
  }
  const kept = new Set(best.values());
  return points.filter((point) => kept.has(point));
}
