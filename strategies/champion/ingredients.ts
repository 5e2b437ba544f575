import { ANNEALED } from "./annealed.ts";
import { GATED } from "./gated.ts";
import { LAYERED } from "./layered.ts";
import type { SurfaceFamily } from "./surface-family.ts";

/** The champion's parts, so that an ablation can change or leave out each (docs/champion.md). */
export interface Ingredients {
  /** Families of surfaces in the mixture. */
  readonly families: readonly SurfaceFamily[];
  /**
   * What weights the families: how they predict the top budgets' runs from those below, the evidence of all runs, or
   * nothing.
   */
  readonly weighing: "top" | "evidence" | "alike";
  /** Shares of the cap spent by the end of each stage; the surfaces are fitted again between stages. */
  readonly stages: readonly number[];
  /** What runs should lower: expected regret, the variance of the loss at the target, or both. */
  readonly aim: "both" | "regret" | "loss";
  /** Whether runs far below the top budget may get more noise, and so count less. */
  readonly regimeGuard: boolean;
  /** Whether choice and loss are averaged over the posterior, or taken from the likeliest surface. */
  readonly integrate: boolean;
  /** Whether to ask only for shapes and rates that the 2025 endpoint has trained runs of. */
  readonly trainedOnly: boolean;
}

export const ALL_INGREDIENTS: Ingredients = {
  families: [...LAYERED, GATED, ANNEALED],
  weighing: "top",
  stages: [0.15, 0.4, 0.7, 1],
  aim: "both",
  regimeGuard: true,
  integrate: true,
  trainedOnly: true,
};
