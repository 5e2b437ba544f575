import type { Shape } from "../../src/task/configuration.ts";
import { realiseShape } from "../../src/task/realise.ts";
import type { Submission } from "../../src/task/submission.ts";
import type { Task } from "../../src/task/task.ts";

/** N* ≈ √(C/120): twenty tokens per parameter with C = 6ND (Hoffmann et al. 2022). */
export function chinchillaSize(flops: number): number {
  return Math.sqrt(flops / 120);
}

/** The Chinchilla law as refitted by Besiroglu et al. 2024, at C = 6ND. */
export function chinchillaLoss(parameters: number, flops: number): number {
  const tokens = flops / (6 * parameters);
  return 1.8172 + 482.01 * Math.exp(-0.3478 * Math.log(parameters)) + 2085.43 * Math.exp(-0.3658 * Math.log(tokens));
}

/** What the literature alone would submit: the answer of every strategy that has seen nothing. */
export function literatureSubmission(task: Task): Submission {
  const { admissible, target, searchSpace } = task;
  const shape: Shape = realiseShape(chinchillaSize(target), admissible);
  const [lowest, highest] = admissible.learningRate;
  const rates = searchSpace.learningRate;
  const learningRate = rates.kind === "range" ? rates.maximum : Math.max(...rates.values);
  return {
    config: {
      ...shape,
      batchSize: Math.min(...admissible.batchSizes),
      learningRate: Math.min(Math.max(learningRate, lowest), highest),
      trainFlops: target,
    },
    predictedLoss: chinchillaLoss(chinchillaSize(target), target),
    law: "N = √(C/120); L = 1.8172 + 482.01/N^0.3478 + 2085.43/D^0.3658",
  };
}
