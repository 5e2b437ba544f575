import type { Strategy } from "../src/task/strategy.ts";
import { literatureSubmission } from "./believing/index.ts";

/**
 * Idea: buy nothing; N = √(C/120), learning rate and batch of the literature, Chinchilla's loss.
 * Source: Hoffmann et al. 2022 (twenty tokens per parameter); the law as refitted by Besiroglu et al. 2024; the
 * recipe of src/law/recipe.ts.
 * Knobs: none. Fails wherever the data, the tokenizer or the accounting differ from Chinchilla's: every strategy that
 * spends must beat it.
 */
export const literatureOnly: Strategy = {
  name: "literature-only",
  summary: "buys nothing: N = √(C/120), learning rate and batch of the literature, Chinchilla's loss",
  // biome-ignore lint/correctness/useYield: it asks nothing, and says why
  *queries() {
    return "it asks nothing by design";
  },
  recommend: (_runs, task) => literatureSubmission(task),
};
