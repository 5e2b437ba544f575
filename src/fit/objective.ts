/**
 * What a law of the loss can minimise (docs/fitters.md, "Objectives"): sums over runs, squares halved; `log` compares
 * logarithms of losses, `raw` losses. `huber-likelihood` is a Huber log-likelihood of log losses with a fitted scale.
 */
export const OBJECTIVES = ["log-huber", "log-square", "raw-huber", "raw-square", "huber-likelihood"] as const;
export type ObjectiveName = (typeof OBJECTIVES)[number];
