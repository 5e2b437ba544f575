import { realiseShape } from "../../src/task/realise.ts";
import type { LossInterval, Submission } from "../../src/task/submission.ts";
import type { Task } from "../../src/task/task.ts";
import { chinchillaLoss, chinchillaSize } from "./literature.ts";

/** What a strategy has concluded about the target. */
export interface Conclusion {
  /** N, parameters. */
  readonly N: number;
  /** Nats. */
  readonly loss: number;
  readonly learningRate: number;
  /** The smallest admissible when absent. */
  readonly batchSize?: number;
  /** d/L; 64 when absent. */
  readonly aspectRatio?: number;
  readonly interval?: LossInterval;
  readonly law?: string;
}

/** An extrapolation further than this factor from √(C/120) is not believed: half a token per parameter, or 700. */
const FURTHEST = 6;

/** The conclusion as an admissible submission: the size bounded and built as a shape, the recipe clamped. */
export function submit(conclusion: Conclusion, task: Task): Submission {
  const { admissible, target } = task;
  const { learningRate, interval, law } = conclusion;
  const N = believable(conclusion.N, target);
  const [lowest, highest] = admissible.learningRate;
  const batchSizes = admissible.batchSizes;
  const wanted = conclusion.batchSize;
  return {
    config: {
      ...realiseShape(N, admissible, conclusion.aspectRatio),
      batchSize: wanted !== undefined && batchSizes.includes(wanted) ? wanted : Math.min(...batchSizes),
      learningRate: Math.min(Math.max(learningRate, lowest), highest),
      trainFlops: target,
    },
    predictedLoss: Number.isFinite(conclusion.loss) ? conclusion.loss : chinchillaLoss(N, target),
    ...(interval && Number.isFinite(interval.low) && Number.isFinite(interval.high) ? { interval } : {}),
    ...(law === undefined ? {} : { law }),
  };
}

/** N held within a factor of six of √(C/120); that itself where N is no size at all. */
export function believable(N: number, flops: number): number {
  const centre = chinchillaSize(flops);
  return N > 0 && Number.isFinite(N) ? Math.min(Math.max(N, centre / FURTHEST), centre * FURTHEST) : centre;
}
