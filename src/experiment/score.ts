import { bestLossAtSize, optimumOf } from "../surface/truth.ts";
import type { AnyWorld, FinalRun, Replay } from "../surface/world.ts";
import { nonEmbeddingParameters } from "../task/accounting.ts";
import { UserError } from "../task/errors.ts";
import type { Score, TimedScore } from "../task/score.ts";
import { inadmissibilities, type LossInterval, type Submission, submittedParameters } from "../task/submission.ts";

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
