import * as z from "zod";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { parseJsonDocument } from "../../task/document.ts";
import { UserError } from "../../task/errors.ts";
import { positive } from "../../task/schema.ts";
import { fromWire } from "../../task/stanford-2025/wire.ts";
import type { LossInterval, Submission } from "../../task/submission.ts";
import { wireFields } from "../../task/task-schema.ts";

/** The interval that a file states for its predicted loss. */
export const statedInterval: z.ZodType<LossInterval> = z
  .object({ level: z.number().gt(0).lt(1), low: z.number(), high: z.number() })
  .refine(({ low, high }) => low <= high, "low must not be above high");

const document = z.object({
  ...wireFields(positive),
  model_size: positive.optional(),
  predicted_loss: positive,
  interval: statedInterval.optional(),
});

/** A submission, and inconsistencies in it. */
export interface SubmissionFile {
  readonly submission: Submission;
  /** N as stated; the form asks for 12·L·d². */
  readonly statedSize: number | undefined;
  readonly warnings: readonly string[];
}

/** Reads `submission.json`. Throws a UserError with the path of the first bad field. */
export function parseSubmissionFile(text: string, file: string): SubmissionFile {
  if (text.includes('"training_config"'))
    throw new UserError(
      `${file}: a submission of 2026, with a training_config, and the world costs FLOPs: name a world of jobs such as stanford-2026/central`,
    );
  const {
    model_size: statedSize,
    predicted_loss: predictedLoss,
    interval,
    ...wire
  } = parseJsonDocument(document, text, file);
  const config = fromWire(wire);
  const size = nonEmbeddingParameters(config);
  const off = statedSize === undefined ? 0 : statedSize / size - 1;
  return {
    submission: { config, predictedLoss, ...(interval ? { interval } : {}) },
    statedSize,
    warnings:
      Math.abs(off) > 1e-9
        ? [`model_size ${statedSize} is not 12·L·d² = ${size} (${(100 * off).toFixed(1)} % off); the shape is graded`]
        : [],
  };
}
