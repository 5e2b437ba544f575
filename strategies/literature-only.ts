import type { Strategy } from "../src/task/strategy.ts";
import { literatureSubmission } from "./believing/literature.ts";

/**
 * Idea: buy nothing; N = √(C/120), the highest learning rate on sale, the smallest batch, Chinchilla's loss.
 * Source: Hoffmann et al. 2022 (twenty tokens per parameter); the law as refitted by Besiroglu et al. 2024.
 * Knobs: none. Fails wherever the data, the tokenizer or the accounting are not Chinchilla's: what every strategy that
 * spends must beat.
 */
export const literatureOnly: Strategy = {
  name: "literature-only",
  summary: "buys nothing: N = √(C/120), the highest learning rate on sale, Chinchilla's loss",
  *queries() {},
  recommend: (_runs, task) => literatureSubmission(task),
};
