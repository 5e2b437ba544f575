import { UNTRAINED_LOSS } from "../../../law/stanford-2025.ts";
import { standardNormal } from "../../../task/random.ts";
import type { Gated } from "../../laws/gated.ts";
import { type CalibratedLaw, free, held } from "../calibrated-law.ts";
import { CENTRAL_BEYOND, evenFloor, withBeyond } from "../undetermined.ts";

/** α along the valley in which floor and capacity exponent trade off, and its standard deviation around it. */
const VALLEY = { intercept: 0.148, slope: 0.0385, spread: 0.012 } as const;

/** The gated surface for answers of the training API (docs/surface.md, "The annealed surface"). */
export const gated: CalibratedLaw = {
  name: "gated",
  table: "answers",
  scale: 0.02,
  parameters: [
    held("E", 1.2, 0, 5),
    held("alpha", 0.185, 0.01, 1),
    free("logA", 1.1, -5, 10),
    free("logK", 2.3, -5, 10),
    free("beta", 0.55, 0.01, 3),
    free("g0", 0.85, -3, 5),
    free("g1", -0.12, -2, 2),
    free("w", 0.6, -3, 5),
    free("v", 0.03, -3, 3),
    free("b", 0.25, -3, 3),
    free("firstPhaseLoss", 8.5, 6, 10.4),
    free("untrainedLoss", UNTRAINED_LOSS, 10.41, 11),
    free("logX", 6, -5, 20),
    free("q", 1.1, 0.1, 5),
    free("gateWidth", 1.3, -3, 5),
  ],
  surface: ({ untrainedLoss, ...constants }) => ({
    base: { law: "gated", ...(constants as Omit<Gated, "law" | "beyond">), beyond: CENTRAL_BEYOND },
    layers: [],
    untrainedLoss: untrainedLoss as number,
  }),
  heldFor: (index, count, rng) => {
    const E = evenFloor(index, count);
    return { E, alpha: VALLEY.intercept + VALLEY.slope * E + VALLEY.spread * standardNormal(rng) };
  },
  withBeyond,
};
