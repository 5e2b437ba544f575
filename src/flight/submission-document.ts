import { toWire, type WireConfig } from "../task/stanford-2025/wire.ts";
import { type LossInterval, type Submission, submittedParameters } from "../task/submission.ts";

/** The submission as the assignment asks for it: `submission.json`. */
export interface SubmissionDocument extends WireConfig {
  /** N = 12·L·d². */
  readonly model_size: number;
  /** Nats per token. */
  readonly predicted_loss: number;
  readonly interval?: LossInterval;
}

export function submissionDocument(submission: Submission): SubmissionDocument {
  const { config, predictedLoss, interval } = submission;
  return {
    ...toWire(config),
    model_size: submittedParameters(submission),
    predicted_loss: predictedLoss,
    ...(interval ? { interval } : {}),
  };
}
