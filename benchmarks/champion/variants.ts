import type { Strategy } from "../../src/task/strategy.ts";
import { createChampion } from "../../strategies/champion/champion.ts";
import { ALL_INGREDIENTS, type Ingredients } from "../../strategies/champion/ingredients.ts";

const [chinchilla] = ALL_INGREDIENTS.families;
const layered = ALL_INGREDIENTS.families.slice(0, -1);
const gated = ALL_INGREDIENTS.families.slice(-1);

/** The champion with one ingredient changed or left out. */
const CHANGES: Readonly<Record<string, Partial<Ingredients>>> = {
  "one-family": { families: chinchilla ? [chinchilla] : [] },
  "without-gated": { families: layered },
  "only-gated": { families: gated },
  "weighed-by-evidence": { weighing: "evidence" },
  "weighed-alike": { weighing: "alike" },
  "one-stage": { stages: [1] },
  "for-regret-only": { aim: "regret" },
  "for-loss-only": { aim: "loss" },
  "no-regime-guard": { regimeGuard: false },
  "likeliest-surface": { integrate: false },
  "off-the-grid": { trainedOnly: false },
};

/** The champion's ablations by name. */
export const VARIANTS: readonly Strategy[] = Object.entries(CHANGES).map(([name, change]) => ({
  ...createChampion({ ...ALL_INGREDIENTS, ...change }),
  name: `champion/${name}`,
}));
