import type { Strategy } from "../src/task/strategy.ts";
import { literatureSubmission } from "./believing/index.ts";

/**
 * Idea: buy nothing; N = √(C/120), the highest learning rate allowed, the smallest batch, Chinchilla's loss.
 * Source: Hoffmann et al. 2022 (twenty tokens per parameter); the law as refitted by Besiroglu et al. 2024.
 * Knobs: none. Fails wherever the data, the tokenizer or the accounting differ from Chinchilla's: every strategy that
 * spends must beat it.
 */
export const literatureOnly: Strategy = {
  name: "literature-only",
  summary: "buys nothing: N = √(C/120), the highest learning rate allowed, Chinchilla's loss",
  *queries() {},
  recommend: (_runs, task) => literatureSubmission(task),
};
