/** The champion's parts, so that an ablation can change or leave out each (docs/champion.md). */
export interface Ingredients {
  /** Whether a family is in the mixture, by its name. */
  readonly includes: (family: string) => boolean;
  /** Whether families have only the effects that the task lets vary, or all. */
  readonly effects: "varied" | "all";
  /** What weights the families: how they predict the top budgets' runs from those below, all runs, or nothing. */
  readonly weighing: "top" | "evidence" | "alike";
  /** Whether each family carries what it may be off by. */
  readonly discrepancy: boolean;
  /** Whether the best size and rate at the target are held near the published ones until data say otherwise. */
  readonly anchors: boolean;
  /** Shares of the cap spent by the end of each stage; the surfaces are fitted again between stages. */
  readonly stages: readonly number[];
  /** What runs should lower: expected regret, the variance of the loss at the target, or both. */
  readonly aim: "both" | "regret" | "loss";
  /** Whether choice and loss are averaged over the posterior, or taken from the likeliest surface. */
  readonly integrate: boolean;
  /** Whether to ask the 2025 endpoint only for shapes and rates that it has trained runs of. */
  readonly trainedOnly: boolean;
}

export const ALL_INGREDIENTS: Ingredients = {
  includes: () => true,
  effects: "varied",
  weighing: "top",
  discrepancy: true,
  anchors: true,
  stages: [0.15, 0.4, 0.7, 1],
  aim: "both",
  integrate: true,
  trainedOnly: true,
};
