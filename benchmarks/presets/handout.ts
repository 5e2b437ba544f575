import handoutSmooth from "../../src/surface/presets/handout-smooth.json" with { type: "json" };
import { COMMON, chinchillaDraw } from "../../src/surface/suites/drawing.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";

const DRAWS = 16;

/** Chinchilla worlds: the fixed one, and draws whose best size spans 0.3 to 3 times √(C/120) at the target. */
export function handout(): WorldDocument[] {
  return [
    handoutSmooth as unknown as WorldDocument,
    ...Array.from({ length: DRAWS }, (_, index) => ({
      ...COMMON,
      name: `handout/${String(index + 1).padStart(2, "0")}`,
      description: `Draw ${index + 1} of ${DRAWS} of the parametric Chinchilla surface with its effects.`,
      tags: ["handout", "chinchilla", "smooth", "draw"],
      seed: 3000 + index,
      ...chinchillaDraw("presets/handout", index, DRAWS),
    })),
  ];
}
