import * as z from "zod";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { UserError } from "../../task/errors.ts";
import { fromWire } from "../../task/stanford-2025/wire.ts";
import type { Submission } from "../../task/submission.ts";

const positive = z.number().positive();
const document = z.object({
  d_model: positive,
  num_layers: positive,
  num_heads: positive,
  batch_size: positive,
  learning_rate: positive,
  train_flops: positive,
  model_size: positive.optional(),
  predicted_loss: positive,
  interval: z
    .object({ level: z.number().gt(0).lt(1), low: z.number(), high: z.number() })
    .refine(({ low, high }) => low <= high, "low must not be above high")
    .optional(),
});

/** A hand-in, and what in it does not fit together. */
export interface SubmissionFile {
  readonly submission: Submission;
  /** N as it was written; the form asks for 12·L·d². */
  readonly statedSize: number | undefined;
  readonly warnings: readonly string[];
}

/** Reads `submission.json`. Throws a UserError with the path of the first bad field. */
export function parseSubmissionFile(text: string, file: string): SubmissionFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file}: not JSON: ${(error as Error).message}`);
  }
  const result = document.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new UserError(`${file}: ${issue?.path.join(".") || "(the document)"}: ${issue?.message}`);
  }
  const { model_size: statedSize, predicted_loss: predictedLoss, interval, ...wire } = result.data;
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
