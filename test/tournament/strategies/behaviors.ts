import type { Strategy } from "../../../src/task/strategy.ts";
import type { Submission } from "../../../src/task/submission.ts";

/** A submission that is always admissible in the handout's task. */
export const SUBMISSION: Submission = {
  config: { dModel: 1024, numLayers: 16, numHeads: 16, batchSize: 128, learningRate: 1e-3, trainFlops: 1e19 },
  predictedLoss: 2.9,
  interval: { level: 0.8, low: 2.8, high: 3 },
};

const QUERY = { dModel: 256, numLayers: 6, numHeads: 4, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15 };

/** A strategy that asks once and submits the same always, unless told to do otherwise. */
export function behaving(name: string, changes: Partial<Strategy> = {}): Strategy {
  return {
    name,
    summary: "for tests",
    *queries() {
      yield [QUERY];
    },
    recommend: () => SUBMISSION,
    ...changes,
  };
}
