import { GATED } from "./gated.ts";
import { LAYERED } from "./layered.ts";
import type { SurfaceFamily } from "./surface-family.ts";

/** What the champion is made of, each part by itself, so that an ablation can leave it out (docs/champion.md). */
export interface Ingredients {
  /** Families of surfaces in the mixture. */
  readonly families: readonly SurfaceFamily[];
  /** What families are weighed by: how they predict the runs of the top budgets from those below, all runs, or nothing. */
  readonly weighing: "top" | "evidence" | "alike";
  /** Shares of the cap spent by the end of each stage, between which the surfaces are fitted again. */
  readonly stages: readonly number[];
  /** What runs are bought for: the regret of deciding, the loss at the target, or both. */
  readonly aim: "both" | "regret" | "loss";
  /** Whether runs far below the top budget may be found to scatter more, and so to count less. */
  readonly regimeGuard: boolean;
  /** Whether the choice and the loss are averaged over all surfaces that the runs allow, or taken from the likeliest one. */
  readonly integrate: boolean;
  /** Whether only shapes and rates are asked that the 2025 endpoint has trained runs of. */
  readonly trainedOnly: boolean;
}

export const ALL_INGREDIENTS: Ingredients = {
  families: [...LAYERED, GATED],
  weighing: "top",
  stages: [0.15, 0.4, 0.7, 1],
  aim: "both",
  regimeGuard: true,
  integrate: true,
  trainedOnly: true,
};
