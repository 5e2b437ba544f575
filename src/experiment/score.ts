import { bestLossAtSize, optimumOf } from "../surface/truth.ts";
import type { AnyWorld, FinalRun, Replay } from "../surface/world.ts";
import { nonEmbeddingParameters } from "../task/accounting.ts";
import type { RunConfig } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import { inadmissibilities, type LossInterval, type Submission, submittedParameters } from "../task/submission.ts";

/** How good a submission is, from the un-noised truth of its world. Losses and regrets in nats. */
export interface Score {
  /** Expected loss of training what was submitted. */
  readonly trueLoss: number;
  readonly predictedLoss: number;
  /** truth(submitted) − truth(best). */
  readonly regret: number;
  /** The part due to the size: the best loss at the submitted N, less truth(best). */
  readonly regretFromSize: number;
  /** The rest: aspect, heads, batch and learning rate at that N. */
  readonly regretFromHyperparameters: number;
  /** ln(N̂/N*), signed. */
  readonly lnNError: number;
  /** Predicted loss − truth at the submitted configuration, signed. */
  readonly lossError: number;
  /** Where a table of finished runs is the truth: the hidden run that stood in for the submission, and how far it is. */
  readonly nearestRun?: { readonly config: RunConfig; readonly distance: number };
  /** Whether the interval holds the true loss; absent without an interval. */
  readonly covered?: boolean;
  /** Where the target is a time: how the run there went. */
  readonly run?: TimedScore;
}

/** How the run at a target of seconds went, with the noise of its repetition. */
export interface TimedScore {
  readonly seconds: number;
  /** Whether it ended in time; one that did not is scored by the loss it shows when its time is over. */
  readonly finished: boolean;
  /** ln of predicted over true seconds; absent, like the next, where none were predicted. */
  readonly logError?: number;
  /** Whether the interval holds the true seconds. */
  readonly covered?: boolean;
}

/**
 * Scores a submission against the truth of its world: what training it would really give, without noise.
 *
 * @param repetition which draw of the noise decides whether a run at a target of seconds ends in time.
 * @returns losses and regrets in nats per token.
 * @throws UserError naming the first rule that the submission breaks, or a predicted loss that is not a finite number.
 *
 * @example
 * ```ts
 * import { buildWorld, optimumOf, presetDocument, scoreSubmission } from "isoflop";
 * const world = buildWorld(presetDocument("handout/smooth"));
 * const config = { dModel: 1024, numLayers: 20, numHeads: 16, batchSize: 128, learningRate: 1e-3, trainFlops: 1e19 };
 * scoreSubmission(world, { config, predictedLoss: 3 }).regret; // 0.0035
 * scoreSubmission(world, { config: optimumOf(world).config, predictedLoss: 3 }).regret; // 0
 * scoreSubmission(world, { config: { ...config, numHeads: 7 }, predictedLoss: 3 }); // throws UserError
 * ```
 */
export function scoreSubmission(world: AnyWorld, submission: Submission, repetition = 0): Score {
  const { admissible, target, clock } = world.task;
  const [problem] = inadmissibilities(submission.config, admissible, target, clock);
  if (problem) throw new UserError(`submission is not admissible: ${problem}`);
  if (!Number.isFinite(submission.predictedLoss))
    throw new UserError(`submission's predicted loss must be a finite number, got ${submission.predictedLoss}`);
  const optimum = optimumOf(world);
  const parameters = submittedParameters(submission);
  const final = world.cluster?.final(submission.config, repetition);
  const trueLoss = final?.loss ?? world.expectedLoss(submission.config);
  const regret = trueLoss - optimum.loss;
  // The relaxed problem may beat whole shapes by a hair, and the submission may sit in that hair.
  const regretFromSize = Math.min(regret, Math.max(0, bestLossAtSize(world, parameters) - optimum.loss));
  const { interval } = submission;
  return {
    trueLoss,
    predictedLoss: submission.predictedLoss,
    regret,
    regretFromSize,
    regretFromHyperparameters: regret - regretFromSize,
    lnNError: Math.log(parameters / nonEmbeddingParameters(optimum.config)),
    lossError: submission.predictedLoss - trueLoss,
    ...(world.replay && { nearestRun: nearestRun(world.replay, submission) }),
    ...(interval ? { covered: holds(interval, trueLoss) } : {}),
    ...(final ? { run: timedScore(final, submission) } : {}),
  };
}

function timedScore({ seconds, finished }: FinalRun, { runtime }: Submission): TimedScore {
  if (!runtime) return { seconds, finished };
  return {
    seconds,
    finished,
    logError: Math.log(runtime.seconds / seconds),
    covered: holds(runtime.interval, seconds),
  };
}

function holds({ low, high }: LossInterval, truth: number): boolean {
  return low <= truth && truth <= high;
}

function nearestRun(replay: Replay, { config }: Submission): NonNullable<Score["nearestRun"]> {
  const { run, distance } = replay.nearest(config);
  const { loss: _, ...hidden } = run;
  return { config: hidden, distance };
}
