import { BESIROGLU, chinchillaLoss } from "../../src/law/chinchilla.ts";
import { usualSize, usualTokens } from "../../src/law/usual-training.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { answered, type Run } from "../../src/task/configuration.ts";
import { realizeShape } from "../../src/task/realize.ts";
import { choice, nearest } from "../../src/task/search-space.ts";
import type { LossInterval, Submission } from "../../src/task/submission.ts";
import type { Task } from "../../src/task/task.ts";
import { lowestOf } from "../reading/comparable.ts";
import { learningRateAt } from "../reading/learning-rate.ts";
import { batchAt, literatureBatchFor, literatureRateFor } from "../reading/recipe.ts";
import { forecastFrontier } from "./loss-frontier.ts";

/** What a strategy concludes about the target. */
export interface Conclusion {
  /** N, parameters. */
  readonly N: number;
  /** Nats. */
  readonly loss: number;
  readonly learningRate: number;
  /** The admissible one nearest to it is submitted; the literature's when absent. */
  readonly batchSize?: number;
  /** d/L; 64 when absent. */
  readonly aspectRatio?: number;
  readonly interval?: LossInterval;
  readonly law?: string;
}

/** A submitted size lies within this factor of √(C/120): from half a token per parameter to 700. */
const SIZE_FACTOR = 6;
/** Chinchilla's rule of thumb, and its law as refitted by Besiroglu et al. 2024. */
const LITERATURE_LAW = `N = √(C/120); L = ${BESIROGLU.E} + ${BESIROGLU.A}/N^${BESIROGLU.alpha} + ${BESIROGLU.B}/D^${BESIROGLU.beta}`;

/** The conclusion as an admissible submission: its size clamped and built as a shape, its recipe clamped. */
export function toSubmission(conclusion: Conclusion, task: Task): Submission {
  const { admissible, target } = task;
  const { learningRate, interval, law } = conclusion;
  const N = clampSize(conclusion.N, target, task);
  const wanted = conclusion.batchSize ?? literatureBatchFor(target, task, N);
  return {
    config: {
      ...realizeShape(N, admissible, conclusion.aspectRatio),
      batchSize: nearest(choice(admissible.batchSizes), wanted),
      learningRate: admissibleRate(learningRate, task),
      trainFlops: target,
    },
    predictedLoss: Number.isFinite(conclusion.loss) ? conclusion.loss : literatureLoss(N, target, task),
    ...(interval && Number.isFinite(interval.low) && Number.isFinite(interval.high) ? { interval } : {}),
    ...(law === undefined ? {} : { law }),
  };
}

/** N clamped to within a factor of six of √(C/120); √(C/120) itself where N is not a positive number. */
export function clampSize(N: number, flops: number, task: Pick<Task, "clock"> = {}): number {
  const center = usualSize(flops, task);
  return N > 0 && Number.isFinite(N) ? Math.min(Math.max(N, center / SIZE_FACTOR), center * SIZE_FACTOR) : center;
}

/**
 * The literature's size and loss: the answer of every strategy that has seen too little. The recipe is the literature's
 * too, unless the runs compared others.
 */
export function literatureSubmission(task: Task, runs: readonly Run[] = []): Submission {
  const { admissible, target } = task;
  const shape = realizeShape(usualSize(target, task), admissible);
  // Where sizes are not free, that of the nearest shape.
  const N = nonEmbeddingParameters(shape);
  const seen = answered(runs).length > 0;
  const wanted = seen ? batchAt(runs, task) : literatureBatchFor(target, task, N);
  const batchSize = nearest(choice(admissible.batchSizes), wanted);
  const rate = seen ? learningRateAt(target, runs, task) : literatureRateFor(target, batchSize, task, N);
  const learningRate = admissibleRate(rate, task);
  return {
    config: { ...shape, batchSize, learningRate, trainFlops: target },
    predictedLoss: literatureLoss(N, target, task),
    law: LITERATURE_LAW,
  };
}

/**
 * The run with the lowest loss carried to the target: its learning rate and batch, its size grown as √C (in Hoffmann et
 * al. 2022, N and D grow alike). For strategies that look for one good run and fit no law of size.
 */
export function scaledBest(runs: readonly Run[], task: Task): Submission {
  const best = lowestOf(answered(runs));
  if (!best) return literatureSubmission(task);
  const frontier = forecastFrontier([{ C: best.trainFlops, loss: best.loss }], task.target, task);
  return toSubmission(
    {
      N: nonEmbeddingParameters(best) * Math.sqrt(task.target / best.trainFlops),
      loss: frontier.loss,
      learningRate: best.learningRate,
      batchSize: best.batchSize,
      law: `the best run's size times √C; ${frontier.law}`,
    },
    task,
  );
}

function literatureLoss(N: number, flops: number, task: Task): number {
  return chinchillaLoss(BESIROGLU, N, usualTokens(N, flops, task));
}

function admissibleRate(learningRate: number, { admissible }: Task): number {
  const [lowest, highest] = admissible.learningRate;
  return Math.min(Math.max(learningRate, lowest), highest);
}
