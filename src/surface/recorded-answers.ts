import * as z from "zod";
import { identityOf, type RunConfig } from "../task/configuration.ts";
import { objectSchema, positive } from "../task/schema.ts";
import { runFields } from "../task/task-schema.ts";
import { hashConfiguration } from "./hash.ts";

/** An answer of a real training API. A world with it gives exactly this loss, not that of its surface. */
export interface RecordedAnswer extends RunConfig {
  /** Nats per token. */
  readonly loss: number;
}

export const recordedAnswersSchema: z.ZodType<readonly RecordedAnswer[]> = z.array(
  objectSchema<RecordedAnswer>({ ...runFields, loss: positive }),
);

/** The example that the handout of Spring 2025 prints. */
export const HANDOUT_EXAMPLE: RecordedAnswer = {
  dModel: 1024,
  numLayers: 24,
  numHeads: 16,
  batchSize: 128,
  learningRate: 1e-3,
  trainFlops: 1e16,
  loss: 9.07103488440561,
};

/** The recorded loss of a configuration, in nats; undefined for one that has none. */
export function recordedLosses(answers: readonly RecordedAnswer[] = []): (config: RunConfig) => number | undefined {
  if (answers.length === 0) return () => undefined;
  // By budget and hash: as texts, configurations take longer to look up than a surface to compute.
  const budgets = new Set(answers.map(({ trainFlops }) => trainFlops));
  const byHash = new Map<number, RecordedAnswer[]>();
  for (const answer of answers) {
    const hash = hashConfiguration(0, 0, answer);
    byHash.set(hash, [...(byHash.get(hash) ?? []), answer]);
  }
  return (config) => {
    if (!budgets.has(config.trainFlops)) return undefined;
    const alike = byHash.get(hashConfiguration(0, 0, config));
    if (!alike) return undefined;
    const identity = identityOf(config);
    return alike.findLast((answer) => identityOf(answer) === identity)?.loss;
  };
}
