import { RECIPE_LAWS } from "../../src/law/recipe.ts";
import { CONTEXT_LENGTH, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { realizeShape } from "../../src/task/realize.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";

/** Recipes that are submitted without a run, beside which the recipe question is read. */
export const RULES: readonly Strategy[] = [
  rule("middle", "the middle of the rates and batches that are offered", ({ admissible }) => {
    const [low, high] = admissible.learningRate;
    const batches = admissible.batchSizes.toSorted((a, b) => a - b);
    return { learningRate: Math.sqrt(low * high), batchSize: batches[batches.length >> 1]! };
  }),
  rule("oellm", "the rate and batch of OpenEuroLLM's published optima", (task, N) => {
    const { learningRate, batchTokens } = RECIPE_LAWS.find(({ study }) => study.startsWith("OpenEuroLLM"))!;
    const D = task.target / (6 * N);
    const at = ({ coefficient, n, d }: typeof learningRate) =>
      coefficient * Math.exp(n * Math.log(N) + d * Math.log(D));
    const [low, high] = task.admissible.learningRate;
    // Sequences of the studies have 2,048 tokens, and the worlds count sequences.
    const wanted = at(batchTokens) / (4 * CONTEXT_LENGTH);
    const off = (batch: number) => Math.abs(Math.log(batch / wanted));
    return {
      learningRate: Math.min(high, Math.max(low, at(learningRate))),
      batchSize: task.admissible.batchSizes.reduce((best, batch) => (off(batch) < off(best) ? batch : best)),
    };
  }),
];

function rule(
  name: string,
  summary: string,
  recipe: (task: Task, N: number) => { readonly learningRate: number; readonly batchSize: number },
): Strategy {
  return {
    name,
    summary,
    *queries() {},
    recommend(_, task) {
      const { admissible, target } = task;
      const aspect = Math.min(Math.max(64, admissible.aspectRatio[0]), admissible.aspectRatio[1]);
      const shape = realizeShape(Math.sqrt(target / 120), admissible, aspect);
      return {
        config: { ...shape, ...recipe(task, nonEmbeddingParameters(shape)), trainFlops: target },
        predictedLoss: 3,
      };
    },
  };
}
